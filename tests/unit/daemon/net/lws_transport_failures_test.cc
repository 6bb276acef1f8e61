// Servers that are not there, do not answer, or answer something else.
#include "tests/support/ws_server.h"
#include "tests/unit/daemon/net/transport_fixture.h"

namespace wasphere::net {
namespace {

using namespace std::chrono_literals;
using test::WsServer;

TEST_CASE("a name that does not resolve") {
  Fixture f;
  f.open("ws://no-such-host.invalid/");
  REQUIRE(test::run_until(f.io, [&] { return f.seen.closed.has_value(); }, 30s));
  CHECK(f.seen.closed->code == ErrorCode::network_unreachable);
  CHECK(mentions(f.seen.closed, "cannot resolve no-such-host.invalid"));
}

unsigned short unused_port(boost::asio::io_context& io) {
  return WsServer(io).port();
}

TEST_CASE("a refused port") {
  Fixture f;
  const auto port = std::to_string(unused_port(f.io));
  f.open("ws://127.0.0.1:" + port + "/");
  REQUIRE(f.wait_closed());
  CHECK(f.seen.closed->code == ErrorCode::network_unreachable);
  CHECK(mentions(f.seen.closed, "cannot connect to 127.0.0.1:" + port +
                                    ": the connection was refused or cut off"));
  CHECK(f.seen.closed_count == 1);
}

TEST_CASE("when the first address fails the next one is tried") {
  Fixture f;
  WsServer server(f.io);  // on 127.0.0.1 only; localhost is ::1 first where that exists
  f.open(server.url("localhost"));
  REQUIRE(f.wait_for([&] { return f.seen.open; }));
  CHECK(server.peers.at(0)->header("Host") == "localhost:" + std::to_string(server.port()));
}

TEST_CASE("an HTTP status instead of the upgrade is in the message") {
  Fixture f;
  WsServer server(f.io);
  const auto [answer, status] = GENERATE(table<std::string, std::string>({
      {"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", "HTTP 503"},
      {"HTTP/1.1 403 Forbidden\r\nContent-Length: 5\r\n\r\nno no", "HTTP 403"},
      {"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", "HTTP 401"},
      {"HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
       "HTTP 302"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP 200"},
  }));
  server.on_request = [&](WsServer::Peer& peer) { peer.write_raw(answer); };
  f.open(server.url());
  REQUIRE(f.wait_closed());
  CHECK(f.seen.closed->code == ErrorCode::network_unreachable);
  CHECK(mentions(f.seen.closed, status));
  CHECK_FALSE(f.seen.open);
  CHECK(server.peers.size() == 1);
}

TEST_CASE("answers that are no upgrade at all") {
  Fixture f;
  WsServer server(f.io);
  const std::string answer = GENERATE(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: wrong\r\n\r\n",
      "SSH-2.0-nope\r\n\r\n", "\xff\xfe\xfd garbage \r\n\r\n\r\n");
  server.on_request = [&](WsServer::Peer& peer) {
    peer.write_raw(answer);
    peer.write_raw(std::string(20'000, 'x'));
    peer.drop();
  };
  f.open(server.url());
  REQUIRE(f.wait_closed());
  CHECK(f.seen.closed->code == ErrorCode::network_unreachable);
  CHECK_FALSE(f.seen.open);
  CHECK(f.seen.closed_count == 1);
}

TEST_CASE("a large answer to the upgrade is accepted") {
  Fixture f;
  WsServer server(f.io);
  server.on_request = [](WsServer::Peer& peer) {
    peer.upgrade("Set-Cookie: " + std::string(7000, 'c') + "\r\n");
  };
  f.open(server.url());
  CHECK(f.wait_for([&] { return f.seen.open; }));
}

TEST_CASE("the server drops the connection, at each stage") {
  Fixture f;
  WsServer server(f.io);
  SECTION("instead of answering") {
    server.on_request = [](WsServer::Peer& peer) { peer.drop(); };
    f.open(server.url());
    REQUIRE(f.wait_closed());
    CHECK_FALSE(f.seen.open);
    CHECK(mentions(f.seen.closed, "cannot connect to"));
  }
  SECTION("after the upgrade") {
    f.open(server.url());
    REQUIRE(f.wait_for([&] { return f.seen.open; }));
    server.peers.at(0)->drop();
    REQUIRE(f.wait_closed());
    CHECK(mentions(f.seen.closed, "closed the connection"));
  }
  SECTION("with a close frame") {
    f.open(server.url());
    REQUIRE(f.wait_for([&] { return f.seen.open; }));
    server.peers.at(0)->send(WsServer::kClose, Bytes{0x03, 0xf3});
    REQUIRE(f.wait_closed());
    CHECK(mentions(f.seen.closed, "closed the connection with code 1011"));
  }
  CHECK(f.seen.closed->code == ErrorCode::network_unreachable);
  f.io.restart();
  f.io.poll();
  CHECK(f.seen.closed_count == 1);
}

TEST_CASE("a silent server runs into the limit of the injected clock") {
  LwsTransportConfig config;
  config.connect_timeout = 7s;
  Fixture f(config);
  WsServer server(f.io);
  server.on_request = [](WsServer::Peer&) {};
  f.open(server.url());
  REQUIRE(f.wait_for([&] { return !server.peers.empty() && !server.peers[0]->request().empty(); }));
  f.clock.advance(6999ms);
  f.io.poll();
  CHECK_FALSE(f.seen.closed);
  f.clock.advance(1ms);
  REQUIRE(f.seen.closed);
  CHECK(f.seen.closed->code == ErrorCode::network_unreachable);
  CHECK(mentions(f.seen.closed, "did not answer within 7 s"));
  CHECK(f.wait_for([&] { return server.peers[0]->gone(); }));
}

TEST_CASE("a server that ignores the close is left after five seconds") {
  Fixture f;
  WsServer server(f.io);
  bool asked = false;
  server.on_frame = [&](WsServer::Peer&, std::uint8_t first, const Bytes&) {
    asked = first == 0x88;
  };
  f.open(server.url());
  REQUIRE(f.wait_for([&] { return f.seen.open; }));
  f.transport->close();
  REQUIRE(f.wait_for([&] { return asked; }));
  f.clock.advance(5s);
  REQUIRE(f.seen.closed);
  CHECK(mentions(f.seen.closed, "closed here"));
}

TEST_CASE("destroying the transport silences it, wherever it is") {
  Fixture f;
  WsServer server(f.io);
  int dropped = 0;
  const auto drop = [&] {
    ++dropped;
    f.transport.reset();
  };
  auto events = f.seen.events();
  auto url = server.url();
  SECTION("right after open") {
    f.transport = f.factory->open({url}, events);
    drop();
  }
  SECTION("while the name is looked up") {
    f.transport = f.factory->open({server.url("localhost")}, events);
    f.io.run_one();
    drop();
  }
  SECTION("while it connects") {
    server.on_request = [&](WsServer::Peer&) { drop(); };
    f.transport = f.factory->open({url}, events);
  }
  SECTION("inside on_open") {
    events.on_open = drop;
    f.transport = f.factory->open({url}, events);
    f.transport->send(some_bytes(10));
  }
  SECTION("inside on_bytes") {
    events.on_bytes = [&](BytesView) { drop(); };
    f.transport = f.factory->open({url}, events);
    f.transport->send(some_bytes(100'000));
  }
  SECTION("inside on_closed") {
    events.on_closed = [&](const Error&) { drop(); };
    server.on_request = [](WsServer::Peer& peer) { peer.write_raw("HTTP/1.1 503 No\r\n\r\n"); };
    f.transport = f.factory->open({url}, events);
  }
  SECTION("inside on_closed of an open one") {
    events.on_open = [&] { server.peers.at(0)->drop(); };
    events.on_closed = [&](const Error&) { drop(); };
    f.transport = f.factory->open({url}, events);
  }
  SECTION("inside on_closed of a refused one") {
    events.on_closed = [&](const Error&) { drop(); };
    f.transport = f.factory->open({"ws://127.0.0.1:" + std::to_string(unused_port(f.io))}, events);
  }
  REQUIRE(f.wait_for([&] { return dropped == 1; }));
  const auto left = [&] { return server.peers.empty() || server.peers[0]->gone(); };
  CHECK(f.wait_for(left));
  f.io.poll();
  CHECK(f.seen.closed_count == 0);
  CHECK(f.clock.pending() == 0);
}

TEST_CASE("the environment's http_proxy is not used") {
  setenv("http_proxy", "http://127.0.0.1:9", 1);
  Fixture f;
  unsetenv("http_proxy");
  WsServer server(f.io);
  f.open(server.url());
  CHECK(f.wait_for([&] { return f.seen.open; }));
}

}  // namespace
}  // namespace wasphere::net
