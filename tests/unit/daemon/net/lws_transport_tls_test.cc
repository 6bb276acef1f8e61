// Whom a wss:// transport trusts, and what cannot be configured.
#include "tests/support/temp_dir.h"
#include "tests/support/tls_identity.h"
#include "tests/support/ws_server.h"
#include "tests/unit/daemon/net/transport_fixture.h"

namespace wasphere::net {
namespace {

using namespace std::chrono_literals;
using test::WsServer;

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

}  // namespace
}  // namespace wasphere::net
