#include "daemon/net/url_guard.h"

#include <catch2/catch.hpp>

namespace wasphere::net {
namespace {

UrlGuard guard(const std::string& allow = "", bool ipv6 = false) {
  return UrlGuard({parse_networks(allow).value(), ipv6});
}

bool admits(const UrlGuard& with, const std::string& url, const std::vector<std::string>& at) {
  return with.admit(parse_http_url(url).value(), at).has_value();
}

}  // namespace

TEST_CASE("a URL is taken apart as the client will understand it") {
  auto target = parse_http_url("HTTPS://Example.COM/hook?x=1");
  REQUIRE(target);
  CHECK(target->https);
  CHECK(target->host == "example.com");
  CHECK(target->port == 443);
  target = parse_http_url("http://[2001:DB8::1]:8080/");
  REQUIRE(target);
  CHECK_FALSE(target->https);
  CHECK(target->host == "2001:db8::1");
  CHECK(target->port == 8080);
  // Odd spellings of an IPv4 address are that address, here as for the connection.
  CHECK(parse_http_url("http://0x7f.1/")->host == "127.0.0.1");
  CHECK(parse_http_url("http://2130706433/")->host == "127.0.0.1");
}

TEST_CASE("what is no plain http or https URL is refused") {
  for (const char* url :
       {"", "example.com", "/hook", "ftp://example.com/", "file:///etc/passwd", "gopher://x/",
        "http://", "https://user:pass@example.com/", "https://user@example.com/",
        "https://example.com:0/", "https://example.com:99999/", "https://exa mple.com/",
        "https://example.com/\r\nX: y", "https://example.com\\@internal/", "https://ex\xc3\xa4.de/",
        "javascript:alert(1)", "https:example"}) {
    INFO(url);
    auto target = parse_http_url(url);
    REQUIRE_FALSE(target);
    CHECK(target.error().code == ErrorCode::validation_failed);
  }
  CHECK_FALSE(parse_http_url("https://example.com/" + std::string(2048, 'a')));
}

TEST_CASE("private, reserved and odd addresses are denied, one of many denies all") {
  const UrlGuard strict = guard("", true);
  for (const char* address : {"127.0.0.1",
                              "127.255.255.254",
                              "10.1.2.3",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.168.0.1",
                              "169.254.169.254",
                              "0.0.0.0",
                              "0.1.2.3",
                              "100.64.0.1",
                              "100.100.100.200",
                              "192.0.0.8",
                              "192.0.2.1",
                              "192.88.99.1",
                              "198.18.0.1",
                              "198.19.255.255",
                              "198.51.100.7",
                              "203.0.113.9",
                              "224.0.0.1",
                              "240.0.0.1",
                              "255.255.255.255",
                              "::",
                              "::1",
                              "fe80::1",
                              "fc00::1",
                              "fd12::1",
                              "fec0::1",
                              "::ffff:10.0.0.1",
                              "::ffff:8.8.8.8",
                              "::7f00:1",
                              "64:ff9b::a00:1",
                              "64:ff9b:1::1",
                              "100::1",
                              "2001::1",
                              "2001:db8::1",
                              "2002:a00:1::",
                              "ff02::1",
                              "not an address"}) {
    INFO(address);
    CHECK_FALSE(admits(strict, "https://example.com/", {address}));
    CHECK_FALSE(admits(strict, "https://example.com/", {"8.8.8.8", address}));
    auto refused = strict.admit(parse_http_url("https://example.com/").value(), {address});
    CHECK(refused.error().code == ErrorCode::ssrf_blocked);
  }
  for (const char* address : {"8.8.8.8", "172.15.255.255", "172.32.0.1", "100.63.0.1",
                              "100.128.0.1", "198.17.0.1", "223.255.255.255", "2600::1"}) {
    INFO(address);
    CHECK(admits(strict, "https://example.com/", {address}));
  }
}

TEST_CASE("IPv6 is left out unless it is switched on, but still denies") {
  const UrlGuard usual = guard();
  auto target = parse_http_url("https://example.com/").value();
  CHECK(usual.admit(target, {"2600::1", "8.8.8.8"}).value() == std::vector<std::string>{"8.8.8.8"});
  CHECK_FALSE(usual.admit(target, {"2600::1"}));
  CHECK_FALSE(usual.admit(target, {"8.8.8.8", "::1"}));
  CHECK(guard("", true).admit(target, {"2600::1", "8.8.8.8"}).value().size() == 2);
}

TEST_CASE("networks that are allowed may be reached, also over plain http") {
  const UrlGuard lan = guard("10.0.0.0/8, 127.0.0.1, fd00::/8");
  CHECK(admits(lan, "https://hook.lan/", {"10.0.0.9"}));
  CHECK(admits(lan, "http://hook.lan/", {"10.0.0.9"}));
  CHECK(admits(lan, "http://hook.lan/", {"fd00::5"}));
  CHECK_FALSE(admits(lan, "http://hook.lan/", {"127.0.0.2"}));
  CHECK_FALSE(admits(lan, "http://hook.lan/", {"10.0.0.9", "192.168.0.1"}));
  CHECK_FALSE(admits(lan, "http://example.com/", {"8.8.8.8"}));
  CHECK_FALSE(admits(lan, "http://example.com/", {"8.8.8.8", "10.0.0.9"}));
  CHECK(admits(lan, "https://example.com/", {"8.8.8.8", "10.0.0.9"}));
}

}  // namespace wasphere::net
