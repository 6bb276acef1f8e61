#include "daemon/net/lws_transport.h"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <optional>

#include "tests/support/manual_clock.h"
#include "tests/support/run_until.h"
#include "tests/support/temp_dir.h"
#include "tests/support/tls_identity.h"
#include "tests/support/ws_server.h"

namespace wasphere::net {
namespace {

using namespace std::chrono_literals;
using test::WsServer;

Bytes some_bytes(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 31 + (i >> 8));
  return bytes;
}

std::size_t open_descriptors() {
  std::filesystem::directory_iterator files("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

// What one transport reported.
struct Seen {
  bool open = false;
  Bytes received;
  int pieces = 0;
  std::optional<Error> closed;
  int closed_count = 0;

  TransportEvents events() {
    TransportEvents events;
    events.on_open = [this] { open = true; };
    events.on_bytes = [this](BytesView bytes) {
      append(received, bytes);
      ++pieces;
    };
    events.on_closed = [this](Error error) {
      closed = std::move(error);
      ++closed_count;
    };
    return events;
  }
};

struct Fixture {
  boost::asio::io_context io;
  test::ManualClock clock;
  std::unique_ptr<TransportFactory> factory;
  Seen seen;
  std::unique_ptr<Transport> transport;

  explicit Fixture(LwsTransportConfig config = {}) {
    auto made = make_lws_transport_factory(io, clock, std::move(config));
    REQUIRE(made);
    factory = std::move(*made);
  }
  void open(const std::string& url) { transport = factory->open({url}, seen.events()); }
  template <class Done>
  bool wait_for(Done done) {
    return test::run_until(io, done);
  }
  bool wait_closed() {
    return wait_for([&] { return seen.closed.has_value(); });
  }
};

bool mentions(const std::optional<Error>& error, std::string_view part) {
  if (!error) return false;
  INFO(error->message);
  CHECK(error->message.find(part) != std::string::npos);
  return error->message.find(part) != std::string::npos;
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

TEST_CASE("wss: a certificate of an unknown authority is refused") {
  Fixture f;
  const test::TlsIdentity identity("localhost");
  WsServer server(f.io, identity.server());
  f.open(server.url("localhost"));
  REQUIRE(f.wait_closed());
  CHECK(f.seen.closed->code == ErrorCode::network_unreachable);
  CHECK(mentions(f.seen.closed, "the TLS certificate of localhost"));
  CHECK(mentions(f.seen.closed, "unable to get local issuer certificate"));
  CHECK_FALSE(f.seen.closed->remedy.empty());
  CHECK_FALSE(f.seen.open);
}

TEST_CASE("wss: an authority that the configuration names is trusted, for its host only") {
  const test::TempDir dir;
  LwsTransportConfig config;
  config.ca_file = dir / "ca.pem";
  const std::string name = GENERATE("localhost", "other.example");
  const test::TlsIdentity identity(name);
  identity.write_ca(config.ca_file);
  Fixture f(config);
  WsServer server(f.io, identity.server());
  const auto big = some_bytes(100'000);
  f.open(server.url("localhost"));
  f.transport->send(big);
  if (name == "localhost") {
    REQUIRE(f.wait_for([&] { return f.seen.received.size() == big.size(); }));
    CHECK(f.seen.received == big);
  } else {
    REQUIRE(f.wait_closed());
    CHECK(mentions(f.seen.closed, "hostname mismatch"));
    CHECK_FALSE(f.seen.open);
  }
}

TEST_CASE("wss to a server that speaks no TLS, and one that speaks only old TLS") {
  const test::TempDir dir;
  LwsTransportConfig config;
  config.ca_file = dir / "ca.pem";
  const test::TlsIdentity identity("localhost");
  identity.write_ca(config.ca_file);
  Fixture f(config);
  SECTION("plain") {
    WsServer server(f.io);
    f.open("wss://localhost:" + std::to_string(server.port()) + "/");
    REQUIRE(f.wait_for([&] { return !server.peers.empty(); }));
    server.peers[0]->write_raw("HTTP/1.1 400 Bad Request\r\n\r\n");
    REQUIRE(f.wait_closed());
  }
  SECTION("TLS 1.1") {
    SSL_CTX_set_security_level(identity.server(), 0);
    SSL_CTX_set_min_proto_version(identity.server(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(identity.server(), TLS1_1_VERSION);
    WsServer server(f.io, identity.server());
    f.open(server.url("localhost"));
    REQUIRE(f.wait_closed());
  }
  CHECK(f.seen.closed->code == ErrorCode::network_unreachable);
  CHECK(mentions(f.seen.closed, "the TLS handshake failed"));
  CHECK_FALSE(f.seen.open);
}

TEST_CASE("a configuration that cannot work is refused when the factory is made") {
  boost::asio::io_context io;
  test::ManualClock clock;
  LwsTransportConfig config;
  SECTION("no such file") {
    config.ca_file = "/nonexistent/ca.pem";
  }
  SECTION("not a certificate") {
    config.ca_file = "/etc/hostname";
  }
  SECTION("header injection") {
    config.user_agent = "x\r\nEvil: yes";
  }
  const auto made = make_lws_transport_factory(io, clock, config);
  REQUIRE_FALSE(made);
  CHECK(made.error().code == ErrorCode::config_invalid);
  if (!config.ca_file.empty()) {
    CHECK(made.error().message.find(config.ca_file) != std::string::npos);
  }
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
