// Messages both ways, and the lives of transports.
#include <filesystem>

#include "tests/support/ws_server.h"
#include "tests/unit/daemon/net/transport_fixture.h"

namespace wasphere::net {
namespace {

using namespace std::chrono_literals;
using test::WsServer;

std::size_t open_descriptors() {
  std::filesystem::directory_iterator files("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

TEST_CASE("open, echo, close; each message is one final binary frame") {
  LwsTransportConfig config;
  config.user_agent = "Tester/1.0";
  Fixture f(config);
  WsServer server(f.io);
  const auto echo = server.on_frame;
  std::vector<std::uint8_t> first_bytes;
  server.on_frame = [&](WsServer::Peer& peer, std::uint8_t first, const Bytes& payload) {
    first_bytes.push_back(first);
    echo(peer, first, payload);
  };
  f.open(server.url());
  f.transport->send(some_bytes(3));  // queued until open
  f.transport->send(some_bytes(5));
  CHECK_FALSE(f.seen.open);
  REQUIRE(f.wait_for([&] { return f.seen.received.size() == 8; }));
  CHECK(f.seen.open);
  f.transport->send(some_bytes(70'000));
  f.transport->close();
  f.transport->send(some_bytes(1));  // too late
  REQUIRE(f.wait_closed());
  CHECK(mentions(f.seen.closed, "closed here"));
  CHECK(first_bytes == std::vector<std::uint8_t>{0x82, 0x82, 0x82, 0x88});
  const auto& peer = *server.peers.at(0);
  CHECK(peer.request().starts_with("GET /ws/chat?ED=x HTTP/1.1\r\n"));
  CHECK(peer.header("Host") == "127.0.0.1:" + std::to_string(server.port()));
  CHECK(peer.header("Origin") == "https://web.whatsapp.com");
  CHECK((peer.header("User-Agent") + peer.header("user-agent")) == "Tester/1.0");
  CHECK(peer.header("Sec-WebSocket-Version") == "13");
  CHECK(peer.header("Sec-WebSocket-Protocol").empty());
  CHECK(peer.header("Sec-WebSocket-Extensions").empty());
}

TEST_CASE("a message of one MiB goes whole and comes in pieces") {
  Fixture f;
  WsServer server(f.io);
  const auto big = some_bytes(1 << 20);
  f.open(server.url());
  f.transport->send(big);
  REQUIRE(f.wait_for([&] { return f.seen.received.size() >= big.size(); }));
  CHECK(f.seen.received == big);
  CHECK(f.seen.pieces > 1);
  CHECK_FALSE(f.seen.closed);
}

TEST_CASE("text messages are ignored, pings are answered") {
  Fixture f;
  WsServer server(f.io);
  bool pong = false;
  server.on_request = [](WsServer::Peer& peer) {
    peer.upgrade();
    peer.send(WsServer::kText, as_bytes("hello"));
    peer.send(WsServer::kPing, as_bytes("p"));
    peer.send(WsServer::kBinary, as_bytes("data"));
  };
  server.on_frame = [&](WsServer::Peer&, std::uint8_t first, const Bytes& payload) {
    if ((first & 0x0fU) == WsServer::kPong) pong = to_text(payload) == "p";
  };
  f.open(server.url());
  REQUIRE(f.wait_for([&] { return pong && !f.seen.received.empty(); }));
  CHECK(to_text(f.seen.received) == "data");
}

TEST_CASE("bad URLs end as config_invalid, never from inside open") {
  Fixture f;
  f.open("http://127.0.0.1/");
  CHECK_FALSE(f.seen.closed);
  REQUIRE(f.wait_closed());
  CHECK(f.seen.closed->code == ErrorCode::config_invalid);
}

TEST_CASE("close before it is open") {
  Fixture f;
  WsServer server(f.io);
  SECTION("at once") {
    f.open(server.url());
    f.transport->close();
  }
  SECTION("while the server thinks") {
    server.on_request = [&](WsServer::Peer&) { f.transport->close(); };
    f.open(server.url());
  }
  CHECK(f.seen.closed_count == 0);
  REQUIRE(f.wait_closed());
  CHECK_FALSE(f.seen.open);
  CHECK(f.seen.closed_count == 1);
}

TEST_CASE("a new transport may be opened inside a callback of another") {
  Fixture f;
  WsServer server(f.io);
  Seen second_seen;
  std::unique_ptr<Transport> second;
  auto events = f.seen.events();
  events.on_closed = [&](const Error&) {
    f.transport.reset();
    second = f.factory->open({server.url()}, second_seen.events());
  };
  events.on_open = [&] { server.peers.at(0)->drop(); };
  f.transport = f.factory->open({server.url()}, events);
  CHECK(f.wait_for([&] { return second_seen.open; }));
}

TEST_CASE("the factory may go before its transports") {
  Fixture f;
  WsServer server(f.io);
  Seen other;
  f.open(server.url());
  REQUIRE(f.wait_for([&] { return f.seen.open; }));
  const auto connecting = f.factory->open({server.url("localhost")}, other.events());
  f.factory.reset();
  f.transport->send(some_bytes(4));
  f.transport->close();
  f.transport.reset();
  CHECK(f.wait_for([&] { return server.peers.at(0)->gone(); }));
  CHECK(f.seen.closed_count + other.closed_count == 0);
}

TEST_CASE("200 connections come and go without a trace") {
  Fixture f;
  WsServer server(f.io);
  const auto round = [&](int number) {
    Seen seen;
    auto transport = f.factory->open({server.url()}, seen.events());
    transport->send(some_bytes(32));
    REQUIRE(f.wait_for([&] { return seen.received.size() == 32; }));
    if (number % 3 == 0) {
      transport->close();
      REQUIRE(f.wait_for([&] { return seen.closed.has_value(); }));
    }
    if (number % 3 == 1) server.peers.back()->drop();
    transport.reset();
    REQUIRE(f.wait_for([&] { return server.peers.back()->gone(); }));
  };
  round(0);
  const auto base = open_descriptors();
  for (int number = 0; number < 200; ++number) round(number);
  CHECK(f.wait_for([&] { return open_descriptors() <= base; }));
}

TEST_CASE("200 connections at once") {
  Fixture f;
  WsServer server(f.io);
  std::vector<std::unique_ptr<Transport>> transports;
  std::size_t echoed = 0;
  TransportEvents events;
  events.on_bytes = [&](BytesView bytes) { echoed += bytes.size(); };
  for (int i = 0; i < 200; ++i) {
    transports.push_back(f.factory->open({server.url("localhost")}, events));
    transports.back()->send(some_bytes(10));
  }
  REQUIRE(f.wait_for([&] { return echoed == 2000; }));
  transports.clear();
  CHECK(f.wait_for([&] {
    return std::all_of(server.peers.begin(), server.peers.end(),
                       [](const auto& peer) { return peer->gone(); });
  }));
}

}  // namespace
}  // namespace wasphere::net
