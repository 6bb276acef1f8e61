#include "daemon/net/ws_url.h"

#include <catch2/catch.hpp>

namespace wasphere::net {
namespace {

TEST_CASE("the production URL") {
  const auto url = parse_ws_url("wss://web.whatsapp.com/ws/chat");
  REQUIRE(url);
  CHECK(url->tls);
  CHECK(url->host == "web.whatsapp.com");
  CHECK(url->port == 443);
  CHECK(url->target == "/ws/chat");
  CHECK(url->authority() == "web.whatsapp.com");
}

TEST_CASE("ports, queries, IPv6 and bare hosts") {
  const auto plain = parse_ws_url("WS://127.0.0.1:5222/ws/chat?ED=abc");
  REQUIRE(plain);
  CHECK_FALSE(plain->tls);
  CHECK(plain->port == 5222);
  CHECK(plain->target == "/ws/chat?ED=abc");
  CHECK(plain->authority() == "127.0.0.1:5222");

  const auto six = parse_ws_url("ws://[::1]:80");
  REQUIRE(six);
  CHECK(six->host == "::1");
  CHECK(six->target == "/");
  CHECK(six->authority() == "[::1]");

  const auto query = parse_ws_url("ws://host?a=b/c");
  REQUIRE(query);
  CHECK(query->host == "host");
  CHECK(query->target == "/?a=b/c");
  CHECK(query->port == 80);
}

TEST_CASE("bad URLs are refused with the reason") {
  const auto refused = [](std::string_view text, std::string_view why) {
    const auto url = parse_ws_url(text);
    INFO(text);
    REQUIRE_FALSE(url);
    CHECK(url.error().code == ErrorCode::config_invalid);
    CHECK(url.error().message.find(why) != std::string::npos);
  };
  refused("", "ws:// or wss://");
  refused("https://web.whatsapp.com/", "ws:// or wss://");
  refused("ws:/host", "ws:// or wss://");
  refused("ws://", "host");
  refused("ws:///path", "host");
  refused("ws://user@host/", "host");
  refused("ws://host name/", "host");
  refused("ws://[::1/", "host");
  refused("ws://[abc]/", "host");
  refused("ws://[]/", "host");
  refused("ws://" + std::string(121, 'h'), "host");
  refused("ws://host:/", "port");
  refused("ws://host:0/", "port");
  refused("ws://host:65536/", "port");
  refused("ws://host:80x/", "port");
  refused("ws://[::1]x/", "port");
  refused("ws://host/a b", "path");
  refused("ws://host/#top", "path");
  refused("ws://host/\r\nX: y", "path");
  refused("wss://[::1]/", "certificate");
}

}  // namespace
}  // namespace wasphere::net
