#include "ipc/json.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using wasphere::ErrorCode;
using namespace wasphere::ipc;

namespace {
std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}
}  // namespace

TEST_CASE("nesting is allowed up to 32 levels") {
  REQUIRE(parse_json(nested(32)));
  auto deep = parse_json(nested(33));
  REQUIRE_FALSE(deep);
  REQUIRE(deep.error().code == ErrorCode::invalid_json);
  REQUIRE(deep.error().message == "The JSON is nested deeper than 32 levels.");
}

TEST_CASE("a million brackets are refused, not parsed") {
  REQUIRE_FALSE(parse_json(std::string(1000000, '[')));
  REQUIRE_FALSE(parse_json(std::string(1000000, '{')));
}

TEST_CASE("brackets inside strings do not count as nesting") {
  REQUIRE(parse_json("\"" + std::string(100, '[') + "\""));
  REQUIRE(parse_json(R"({"a":"\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["})"));
  const std::string behind_escape = R"({"a":"\\",)" + ("\"b\":" + nested(32)) + "}";
  REQUIRE_FALSE(parse_json(behind_escape));
}

TEST_CASE("what is no JSON is refused with the place where it breaks") {
  const std::vector<std::string> bad{"",
                                     "{",
                                     "[1,]",
                                     "{\"a\":1,}",
                                     "nul",
                                     "1 2",
                                     "{} {}",
                                     "'a'",
                                     "\"\xff\"",
                                     "\"\xed\xa0\x80\"",
                                     "\"\\ud800\"",
                                     "\"tab\t\"",
                                     "{\"a\" 1}",
                                     "// x\n1",
                                     "+1",
                                     "01",
                                     "NaN",
                                     "\xef\xbb"};
  for (const std::string& text : bad) {
    CAPTURE(text);
    auto parsed = parse_json(text);
    REQUIRE_FALSE(parsed);
    REQUIRE(parsed.error().code == ErrorCode::invalid_json);
    REQUIRE(parsed.error().message.find("byte") != std::string::npos);
  }
}

TEST_CASE("numbers beyond a double are refused") {
  auto parsed = parse_json("1e999");
  REQUIRE_FALSE(parsed);
  REQUIRE(parsed.error().message == "A number in the JSON is too large.");
}

TEST_CASE("writing never throws: broken UTF-8 becomes the replacement character") {
  const nlohmann::json value{{"a", "x\xff\xc3"}};
  REQUIRE(dump_json(value) == "{\"a\":\"x\xEF\xBF\xBD\xEF\xBF\xBD\"}");
  REQUIRE(dump_json_pretty(value).find("\xEF\xBF\xBD") != std::string::npos);
}

TEST_CASE("a written line has no line break") {
  REQUIRE(dump_json(nlohmann::json{{"a", "1\n2"}}) == R"({"a":"1\n2"})");
}
