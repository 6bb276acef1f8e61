#include "sandbox/link.h"

#include <catch2/catch.hpp>

#include "core/stanza/iq.h"
#include "sandbox/login_role.h"
#include "sandbox/registration.h"
#include "tests/unit/sandbox/test_network.h"

namespace wasphere::sandbox::test {
namespace {

using std::chrono::seconds;

TEST_CASE("anything but a prologue ends the link") {
  TestNetwork network;
  TestClient client(network);
  client.open();
  client.feed(as_bytes("GET / HTTP/1.1\r\n\r\n"));
  CHECK(client.closed());
  CHECK(client.unread_frames() == 0);
}

TEST_CASE("a prologue and a hello may come byte by byte, after routing info") {
  TestNetwork network;
  TestClient client(network);
  client.open();
  wire::Prologue prologue;
  prologue.routing_info = {1, 2, 3};
  noise::ClientHandshake handshake({.static_key = client.device.noise_key,
                                    .root = network.network().certificates.root(),
                                    .prologue = prologue,
                                    .client_payload = {}},
                                   network.rng);
  for (const auto byte : concat({prologue.encode(), *wire::encode_frame(handshake.start())}))
    client.feed(BytesView(&byte, 1));
  REQUIRE(client.unread_frames() == 1);
  CHECK(handshake.on_server_hello(client.take_frame(), runtime::unix_seconds(network.clock)));
}

TEST_CASE("a garbage hello ends the link") {
  TestNetwork network;
  TestClient client(network);
  client.open();
  client.feed(concat({wire::Prologue{}.encode(), *wire::encode_frame(network.rng.bytes(40))}));
  CHECK(client.closed());
}

TEST_CASE("a client cannot make the server hold much before its handshake is done") {
  TestNetwork network;
  TestClient client(network);
  client.open();
  client.feed(concat({wire::Prologue{}.encode(), Bytes{0xFF, 0xFF, 0xFF}}));
  for (int i = 0; i < 80 && !client.closed(); ++i) client.feed(Bytes(1024, 0));
  CHECK(client.closed());
}

TEST_CASE("the other dictionary is spoken to a client that asks for it") {
  TestNetwork network;
  TestClient client(network);
  client.dictionary = wire::Dictionary::v2;
  REQUIRE(client.connect());
  CHECK(client.expect("iq").child()->tag == "pair-device");
}

struct FaultCase {
  HandshakeFault fault;
  std::optional<ErrorCode> seen;  // by the client; nothing: the handshake itself succeeds
  bool closed;
};

TEST_CASE("each handshake fault shows as what it is called, once") {
  const auto row =
      GENERATE(FaultCase{HandshakeFault::garbage_hello, ErrorCode::protocol_error, false},
               FaultCase{HandshakeFault::truncated_hello, ErrorCode::protocol_error, false},
               FaultCase{HandshakeFault::empty_hello, ErrorCode::protocol_error, false},
               FaultCase{HandshakeFault::wrong_root, ErrorCode::certificate_rejected, false},
               FaultCase{HandshakeFault::expired_chain, ErrorCode::certificate_rejected, false},
               FaultCase{HandshakeFault::wrong_leaf, ErrorCode::certificate_rejected, false},
               FaultCase{HandshakeFault::garbage_after, std::nullopt, false},
               FaultCase{HandshakeFault::close_before_hello, ErrorCode::network_unreachable, true});
  TestNetwork network;
  network.faults().set(row.fault, 1);
  TestClient client(network);
  const auto connected = client.connect();
  CHECK(connected.has_value() == !row.seen.has_value());
  if (!connected) CHECK(connected.error().code == *row.seen);
  CHECK(client.closed() == row.closed);
  REQUIRE(client.connect());
  client.expect("iq");
}

TEST_CASE("garbage after the handshake does not decrypt") {
  TestNetwork network;
  network.faults().set(HandshakeFault::garbage_after, 1);
  TestClient client(network);
  REQUIRE(client.connect());
  REQUIRE(client.unread_frames() == 2);
  CHECK(client.take_frame().size() == 64);
}

TEST_CASE("a link can end right after the hello") {
  TestNetwork network;
  network.faults().set(HandshakeFault::close_after_hello, 1);
  TestClient client(network);
  client.open();
  noise::ClientHandshake handshake({.static_key = client.device.noise_key,
                                    .root = network.network().certificates.root(),
                                    .prologue = {},
                                    .client_payload = {}},
                                   network.rng);
  client.feed(concat({wire::Prologue{}.encode(), *wire::encode_frame(handshake.start())}));
  CHECK(client.unread_frames() == 1);
  CHECK(client.closed());
}

TEST_CASE("a silent server opens and says nothing, and speaks again when it is told to") {
  TestNetwork network;
  network.faults().silence(std::nullopt, true);
  TestClient client(network);
  CHECK_FALSE(client.connect());
  CHECK_FALSE(client.closed());
  network.faults().silence(std::nullopt, false);
  REQUIRE(client.connect());
  client.expect("iq");
  network.faults().silence(std::nullopt, true);
  client.send_node(stanza::ping("1"));
  CHECK_FALSE(client.receive());
  network.faults().silence(std::nullopt, false);
  CHECK(client.ask(stanza::ping("2")).attr("type") == "result");
}

TEST_CASE("a frame that does not decrypt is answered with xml-not-well-formed and the end") {
  TestNetwork network;
  TestClient client(network);
  REQUIRE(client.connect());
  client.expect("iq");
  client.feed(*wire::encode_frame(network.rng.bytes(50)));
  const auto error = client.expect("stream:error");
  CHECK(error.child("xml-not-well-formed") != nullptr);
  CHECK_FALSE(client.closed());
  network.clock.advance(std::chrono::milliseconds(50));
  CHECK(client.closed());
}

TEST_CASE("a link that never finishes its handshake is closed") {
  TestNetwork network;
  TestClient client(network);
  client.open();
  network.clock.advance(seconds(30));
  CHECK_FALSE(client.closed());
  network.clock.advance(seconds(31));
  CHECK(client.closed());
}

TEST_CASE("a quiet client is pinged, and closed only if it does not answer") {
  TestNetwork network;
  TestClient client(network);
  client.link(network.phones().create("", "", "")->number);
  network.clock.advance(seconds(121));
  const auto ping = client.expect("iq");
  CHECK(ping.attr("xmlns") == "urn:xmpp:ping");
  client.send_node(stanza::iq_result(ping));
  network.clock.advance(seconds(100));
  CHECK_FALSE(client.closed());
  network.clock.advance(seconds(150));
  CHECK(client.closed());
}

TEST_CASE("an orderly end by the client closes the link") {
  TestNetwork network;
  TestClient client(network);
  REQUIRE(client.connect());
  client.send_node({"xmlstreamend", {}, {}});
  CHECK(client.closed());
}

}  // namespace
}  // namespace wasphere::sandbox::test
