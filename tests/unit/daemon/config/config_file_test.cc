#include "daemon/config/config_file.h"

#include <catch2/catch.hpp>

namespace wasphere::config {
namespace {

std::string message_of(std::string_view text) {
  auto lines = parse_file(text, "f");
  REQUIRE_FALSE(lines);
  return lines.error().message;
}

}  // namespace

TEST_CASE("lines, comments and blanks of a configuration file") {
  auto lines = parse_file(
      "# comment\n\n  log.level=debug  \r\nrpc.group =\nkey_file = /a#b # why\nnetwork.url\t=\tx=y",
      "f");
  REQUIRE(lines);
  REQUIRE(lines->size() == 4);
  CHECK((*lines)[0].key == "log.level");
  CHECK((*lines)[0].value == "debug");
  CHECK((*lines)[0].origin == "f:3");
  CHECK((*lines)[1].value.empty());
  CHECK((*lines)[2].value == "/a#b");
  CHECK((*lines)[3].value == "x=y");
  CHECK((*lines)[3].origin == "f:6");
}

TEST_CASE("an empty file has no lines") {
  auto lines = parse_file("", "f");
  REQUIRE(lines);
  CHECK(lines->empty());
}

TEST_CASE("lines that are not understood are refused with their number") {
  CHECK(message_of("a = 1\nwhat\n") == "f:2: is not of the form 'key = value'");
  CHECK(message_of(" = 1\n") == "f:1: has no key before '='");
  CHECK(message_of("[network]\n").find("f:1: sections are not used") == 0);
  CHECK(message_of("a = 1\nb = 2\na = 3\n") == "f:3: a was given already at f:1");
  CHECK(message_of(std::string("a = \0b\n", 7)) == "f:1: is not plain UTF-8 text");
  CHECK(message_of("a = \xff\xfe\n") == "f:1: is not plain UTF-8 text");
}

}  // namespace wasphere::config
