#include "daemon/http/target.h"

#include <catch2/catch.hpp>

namespace wasphere::http {

using Segments = std::vector<std::string>;

TEST_CASE("a path is taken apart and decoded once", "[target]") {
  const auto target = parse_target("/api/sessions/my%20one%2525/");
  REQUIRE(target);
  CHECK(target->segments == Segments{"api", "sessions", "my one%25"});
  CHECK(target->path == "/api/sessions/my one%25");
  CHECK(target->query.empty());
}

TEST_CASE("a query is decoded, with plus as a space, and keeps its order", "[target]") {
  const auto target = parse_target("/a?x=1&y=a+b%2B&x=2&flag&&z=%C3%A4=");
  REQUIRE(target);
  REQUIRE(target->query.size() == 5);
  CHECK(target->query[0] == std::pair<std::string, std::string>("x", "1"));
  CHECK(target->query[1] == std::pair<std::string, std::string>("y", "a b+"));
  CHECK(target->query[2] == std::pair<std::string, std::string>("x", "2"));
  CHECK(target->query[3] == std::pair<std::string, std::string>("flag", ""));
  CHECK(target->query[4] == std::pair<std::string, std::string>("z", "ä="));
}

TEST_CASE("tricks with paths are refused", "[target]") {
  for (const char* raw : {"",
                          "api",
                          "*",
                          "//",
                          "/api//sessions",
                          "/api/sessions//",
                          "/./api",
                          "/api/../keys",
                          "/api/..",
                          "/api/%2e%2e/keys",
                          "/api/%2E/keys",
                          "/api/.%2e/keys",
                          "/api/a%2fb",
                          "/api/a%5cb",
                          "/api/a\\b",
                          "/api/a%00",
                          "/api/a%09b",
                          "/api/a%0a",
                          "/api/a%7f",
                          "/api/%ff",
                          "/api/%c0%ae%c0%ae/keys",
                          "/api/%",
                          "/api/%2",
                          "/api/%zz",
                          "/api#x",
                          "/api?x=%00",
                          "/api?x=%ff",
                          "/api?x=%"}) {
    CAPTURE(raw);
    const auto target = parse_target(raw);
    REQUIRE(!target);
    CHECK(target.error().code == ErrorCode::invalid_request);
  }
  CHECK(!parse_target("/" + std::string(9000, 'a')));
  std::string many = "/a?";
  for (int i = 0; i < 70; ++i) many += "x=1&";
  CHECK(!parse_target(many));
}

TEST_CASE("the absolute form means what follows the host", "[target]") {
  for (const char* raw : {"http://host/api/keys?x=1", "HTTPS://Host.example:8443/api/keys?x=1",
                          "http://127.0.0.1:/api/keys/?x=1", "http://[::1]:3001/api/keys?x=1"}) {
    CAPTURE(raw);
    const auto target = parse_target(raw);
    REQUIRE(target);
    CHECK(target->path == "/api/keys");
    CHECK(target->query.size() == 1);
  }
  REQUIRE(parse_target("http://host"));
  CHECK(parse_target("http://host")->segments.empty());
  CHECK(parse_target("http://host?x=1")->query.size() == 1);
}

TEST_CASE("the absolute form opens nothing that the other does not", "[target]") {
  for (const char* raw : {"http://",
                          "http:///api",
                          "http:/api",
                          "http:api",
                          "ftp://host/api",
                          "://host/api",
                          "http://user@host/api",
                          "http://host:1:2/api",
                          "http://host:123456/api",
                          "http://host:80x/api",
                          "http://:80/api",
                          "http://[::1/api",
                          "http://::1/api",
                          "http://[]/api",
                          "http://[::1]x/api",
                          "http://ho%73t/api",
                          "http://host\\/api",
                          "http://host//api",
                          "http://host/api/../keys",
                          "http://host/api/%2e%2e/keys",
                          "http://host/http://host/api",
                          "http://host#/api",
                          "http:// host/api"}) {
    CAPTURE(raw);
    const auto target = parse_target(raw);
    REQUIRE(!target);
    CHECK(target.error().code == ErrorCode::invalid_request);
  }
}

TEST_CASE("the root and dots inside names are fine", "[target]") {
  REQUIRE(parse_target("/"));
  CHECK(parse_target("/")->segments.empty());
  REQUIRE(parse_target("/api/v1.2/..."));
  CHECK(parse_target("/api/v1.2/...")->segments == Segments{"api", "v1.2", "..."});
}

}  // namespace wasphere::http
