#include "daemon/session/connection.h"

#include <catch2/catch.hpp>

#include "core/stanza/iq.h"
#include "tests/support/manual_clock.h"
#include "tests/support/run_until.h"
#include "tests/support/seeded_rng.h"
#include "tests/unit/daemon/session/server_end.h"

namespace wasphere::session {
namespace {

using runtime::Duration;
using test::run_until;

struct Lab {
  test::ManualClock clock;
  test::SeededRng rng;
  boost::asio::io_context io;
  test::FakeTransportFactory transports;
  test::ServerIdentity identity = test::ServerIdentity::generate(rng);
  stanza::Device device = stanza::Device::generate(rng);
  std::shared_ptr<Connection> connection = std::make_shared<Connection>(transports, clock, rng);
  std::unique_ptr<test::ServerEnd> server;
  std::optional<bool> opened;

  Dial dial() const {
    Dial out;
    out.root = identity.root.public_key;
    out.noise_key = device.noise_key;
    out.client_payload = stanza::client_payload(device, {});
    return out;
  }
  void begin(Dial dial) {
    boost::asio::co_spawn(io, connection->open(std::move(dial)),
                          [this](std::exception_ptr, bool result) { opened = result; });
    run_until(io, [&] { return transports.last() != nullptr; });
    server = std::make_unique<test::ServerEnd>(transports.last(), identity, rng);
  }
  void open() {
    begin(dial());
    server->pump();
    REQUIRE(run_until(io, [&] { return opened.has_value(); }));
    REQUIRE(opened == true);
  }
  std::optional<wire::Node> next() { return test::run_task(io, connection->next()); }
  void poll() {
    io.restart();
    io.poll();
  }
};

wire::Node note(const std::string& id) {
  return {"notification", {{"id", id}, {"type", std::string("x")}}, {}};
}

TEST_CASE("stanzas come in order, also those in the bytes of the handshake",
          "[session][connection]") {
  Lab lab;
  lab.open();
  Bytes together = lab.server->framed(note("1"));
  append(together, lab.server->framed(note("2")));
  const Bytes third = lab.server->framed(note("3"));
  append(together, BytesView(third).first(5));
  lab.server->wire().deliver(together);
  lab.server->wire().deliver(BytesView(third).subspan(5));
  CHECK(lab.next()->attr("id") == "1");
  CHECK(lab.next()->attr("id") == "2");
  CHECK(lab.next()->attr("id") == "3");
}

TEST_CASE("garbage at any step of the handshake ends the connection with its reason",
          "[session][connection]") {
  struct Step {
    const char* name;
    Bytes hello;
    ErrorCode code;
  };
  const std::vector<Step> steps{
      {"empty", {}, ErrorCode::protocol_error},
      {"noise", Bytes(200, 0xA5), ErrorCode::protocol_error},
      {"a hello without members", {0x1A, 0x00}, ErrorCode::protocol_error},
      {"one byte", {0x08}, ErrorCode::protocol_error},
  };
  for (const Step& step : steps) {
    INFO(step.name);
    Lab lab;
    lab.begin(lab.dial());
    lab.server->hello_override = step.hello;
    lab.server->pump();
    REQUIRE(run_until(lab.io, [&] { return lab.opened.has_value(); }));
    CHECK(lab.opened == false);
    CHECK(lab.connection->end().kind == EndKind::retry);
    CHECK(lab.connection->end().reason == "protocol_error");
    CHECK_FALSE(lab.connection->end().message.empty());
    CHECK(lab.server->wire().close_requested);
  }
}

TEST_CASE("a chain of another root is named as such", "[session][connection]") {
  Lab lab;
  Dial dial = lab.dial();
  dial.root = noise::kWhatsAppRoot;
  lab.begin(dial);
  lab.server->pump();
  REQUIRE(run_until(lab.io, [&] { return lab.opened.has_value(); }));
  CHECK(lab.opened == false);
  CHECK(lab.connection->end().kind == EndKind::certificate_rejected);
}

TEST_CASE("an expired chain is named as such", "[session][connection]") {
  Lab lab;
  lab.identity = test::ServerIdentity::generate(lab.rng, 1'750'000'000);
  lab.begin(lab.dial());
  lab.server->pump();
  REQUIRE(run_until(lab.io, [&] { return lab.opened.has_value(); }));
  CHECK(lab.connection->end().kind == EndKind::certificate_rejected);
}

TEST_CASE("a peer that floods the handshake is cut off", "[session][connection]") {
  Lab lab;
  lab.begin(lab.dial());
  Bytes flood(100'000, 0xFF);
  lab.server->wire().deliver(flood);
  REQUIRE(run_until(lab.io, [&] { return lab.opened.has_value(); }));
  CHECK(lab.connection->end().reason == "protocol_error");
}

TEST_CASE("garbage after the handshake ends the connection", "[session][connection]") {
  Lab lab;
  lab.open();
  SECTION("not encrypted") {
    lab.server->wire().deliver(wire::encode_frame(Bytes(40, 1)).value());
  }
  SECTION("an empty frame") {
    lab.server->wire().deliver(wire::encode_frame({}).value());
  }
  CHECK_FALSE(lab.next());
  CHECK(lab.connection->end().reason == "protocol_error");
}

TEST_CASE("what came before the end is still given", "[session][connection]") {
  Lab lab;
  lab.open();
  lab.server->send(note("last"));
  lab.server->drop();
  CHECK(lab.next()->attr("id") == "last");
  CHECK_FALSE(lab.next());
  CHECK(lab.connection->end().reason == "connection_lost");
}

TEST_CASE("after our own close nothing is given", "[session][connection]") {
  Lab lab;
  lab.open();
  lab.server->send(note("too late"));
  lab.connection->close(LinkEnd::stopped());
  CHECK_FALSE(lab.next());
}

TEST_CASE("dial and handshake have 20 s", "[session][connection]") {
  Lab lab;
  lab.begin(lab.dial());
  lab.clock.advance(Duration{19'999});
  lab.poll();
  CHECK_FALSE(lab.opened);
  lab.clock.advance(Duration{1});
  REQUIRE(run_until(lab.io, [&] { return lab.opened.has_value(); }));
  CHECK(lab.opened == false);
  CHECK(lab.connection->end().reason == "timed_out");
}

TEST_CASE("a failed dial says why", "[session][connection]") {
  Lab lab;
  lab.begin(lab.dial());
  lab.server->wire().fail(ErrorCode::network_unreachable, "HTTP 503");
  REQUIRE(run_until(lab.io, [&] { return lab.opened.has_value(); }));
  CHECK(lab.connection->end().reason == "network_unreachable");
  CHECK(lab.connection->end().message == "HTTP 503");
}

struct Asked {
  std::optional<Result<wire::Node>> answer;
};

std::shared_ptr<Asked> ask(Lab& lab) {
  auto asked = std::make_shared<Asked>();
  wire::Node request = stanza::ping(lab.connection->next_id());
  boost::asio::co_spawn(lab.io, lab.connection->iq(std::move(request), Duration{5000}),
                        [asked](std::exception_ptr, Result<wire::Node> result) {
                          asked->answer.emplace(std::move(result));
                        });
  lab.poll();
  lab.server->pump();
  return asked;
}

TEST_CASE("answers find their requests, in any order", "[session][connection][iq]") {
  Lab lab;
  lab.open();
  const auto first = ask(lab);
  const auto second = ask(lab);
  const auto one = lab.server->take_tag("iq").value();
  const auto two = lab.server->take_tag("iq").value();
  CHECK(one.attr("id") != two.attr("id"));
  lab.server->send(stanza::iq_result(two));
  lab.server->send(stanza::iq_error(one, 400, "bad-request"));
  REQUIRE(run_until(lab.io, [&] { return first->answer && second->answer; }));
  CHECK((*first->answer)->attr("type") == "error");
  CHECK((*second->answer)->attr("type") == "result");
}

TEST_CASE("a request that is not answered times out", "[session][connection][iq]") {
  Lab lab;
  lab.open();
  const auto asked = ask(lab);
  lab.clock.advance(Duration{4999});
  lab.poll();
  CHECK_FALSE(asked->answer);
  lab.clock.advance(Duration{1});
  REQUIRE(run_until(lab.io, [&] { return asked->answer.has_value(); }));
  CHECK(asked->answer->error().code == ErrorCode::whatsapp_timeout);
  lab.server->send(stanza::iq_result(lab.server->take_tag("iq").value()));
  lab.poll();
  CHECK_FALSE(lab.connection->ended());
}

TEST_CASE("all open requests fail when the connection ends", "[session][connection][iq]") {
  Lab lab;
  lab.open();
  const auto first = ask(lab);
  const auto second = ask(lab);
  lab.server->drop();
  REQUIRE(run_until(lab.io, [&] { return first->answer && second->answer; }));
  CHECK(first->answer->error().code == ErrorCode::session_not_connected);
  CHECK(second->answer->error().code == ErrorCode::session_not_connected);
  const auto late = ask(lab);
  REQUIRE(run_until(lab.io, [&] { return late->answer.has_value(); }));
  CHECK(late->answer->error().code == ErrorCode::session_not_connected);
}

TEST_CASE("the server's pings are answered", "[session][connection]") {
  Lab lab;
  lab.open();
  wire::Node ping = stanza::iq("srv-1", "urn:xmpp:ping", "get", {wire::Node{"ping", {}, {}}});
  ping.set("from", wire::Jid::server_only());
  lab.server->send(ping);
  lab.server->pump();
  CHECK(lab.server->take_iq_result("srv-1"));
}

TEST_CASE("a silent server is pinged, and given up 20 s later", "[session][connection]") {
  Lab lab;
  lab.open();
  lab.clock.advance(Duration{30'000});
  lab.server->pump();
  REQUIRE(lab.server->take_iq("w:p"));
  lab.clock.advance(Duration{20'000});
  CHECK_FALSE(lab.next());
  CHECK(lab.connection->end().reason == "keepalive_timeout");
}

TEST_CASE("answered pings keep a link up for ever", "[session][connection]") {
  Lab lab;
  lab.open();
  for (int round = 0; round < 100; ++round) {
    lab.clock.advance(Duration{10'000});
    lab.server->pump();
    if (const auto ping = lab.server->take_iq("w:p")) lab.server->send(stanza::iq_result(*ping));
  }
  CHECK_FALSE(lab.connection->ended());
}

TEST_CASE("acks alone are no reason to expect an answer", "[session][connection]") {
  Lab lab;
  lab.open();
  lab.clock.advance(Duration{1000});
  lab.server->send(note("1"));
  lab.connection->send({"ack", {{"id", std::string("1")}}, {}});
  lab.clock.advance(Duration{19'999});
  CHECK_FALSE(lab.connection->ended());
}

TEST_CASE("finish() waits a second for the socket, no longer", "[session][connection]") {
  Lab lab;
  lab.open();
  lab.connection->close(LinkEnd::stopped());
  CHECK(lab.server->wire().close_requested);
  bool finished = false;
  boost::asio::co_spawn(lab.io, lab.connection->finish(),
                        [&](std::exception_ptr) { finished = true; });
  lab.poll();
  CHECK_FALSE(finished);
  SECTION("it closes") {
    lab.server->wire().fail();
  }
  SECTION("it does not") {
    lab.clock.advance(Duration{1000});
  }
  REQUIRE(run_until(lab.io, [&] { return finished; }));
  CHECK(lab.server->wire().dropped);
}

TEST_CASE("the prologue carries the routing info once", "[session][connection]") {
  Lab lab;
  Dial dial = lab.dial();
  dial.routing_info = {1, 2, 3};
  lab.begin(dial);
  lab.server->pump();
  CHECK(lab.server->prologue().routing_info == Bytes{1, 2, 3});
  REQUIRE(run_until(lab.io, [&] { return lab.opened.has_value(); }));
  CHECK(lab.opened == true);
}

}  // namespace
}  // namespace wasphere::session
