#include "ipc/codec.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "ipc/json.h"

using nlohmann::json;
using wasphere::Error;
using wasphere::ErrorCode;
using namespace wasphere::ipc;

namespace {

constexpr std::array<std::string_view, 2> kColours{"red", "green"};

struct Inner {
  std::int64_t depth = 0;
  static constexpr auto fields = std::tuple{field("depth", &Inner::depth, "Depth.", range(0, 9))};
};

struct Sample {
  std::string name;
  std::int64_t size = 0;
  std::optional<std::string> colour;
  std::optional<bool> loud;
  std::int64_t times = 7;
  std::vector<Inner> inner;
  std::optional<std::vector<std::string>> tags;
  std::optional<Json> extra;
  static constexpr auto fields =
      std::tuple{arg("name", &Sample::name, "Name.", length(1, 5)),
                 field("size", &Sample::size, "Size.", range(-10, 10)),
                 field("colour", &Sample::colour, "Colour.", one_of(kColours)),
                 field("loud", &Sample::loud, "Loud."),
                 field("times", &Sample::times, "Times.", defaulted),
                 field("inner", &Sample::inner, "Inner.", count(2), defaulted),
                 field("tags", &Sample::tags, "Tags.", length(1, 3)),
                 field("extra", &Sample::extra, "Extra.")};
};

struct AsRequest {
  static constexpr CommandInfo command{};
  std::optional<std::string> note;
  static constexpr auto fields = std::tuple{field("note", &AsRequest::note, "Note.")};
};

struct Named {
  std::string name;
  static constexpr auto fields =
      std::tuple{arg("name", &Named::name, "Name.", length(1, 8), format(Format::session_name))};
};

struct Free {
  Json value;
  static constexpr auto fields = std::tuple{field("value", &Free::value, "Value.")};
};

template <class T>
Error error_of(const std::string& text) {
  auto decoded = decode<T>(*parse_json(text));
  REQUIRE_FALSE(decoded);
  REQUIRE(decoded.error().code == ErrorCode::validation_failed);
  return decoded.error();
}

struct BadCase {
  std::string text;
  std::string pointer;
  std::string code;
  std::string message;
};

}  // namespace

TEST_CASE("a complete object is decoded") {
  auto decoded = decode<Sample>(*parse_json(
      R"({"name":"käfer","size":-10,"colour":"red","loud":true,"times":1,"inner":[{"depth":3},{"depth":4}],)"
      R"("tags":["a","b"],"extra":{"x":[1,null]}})"));
  REQUIRE(decoded);
  REQUIRE(decoded->name == "käfer");
  REQUIRE(decoded->size == -10);
  REQUIRE(decoded->colour == "red");
  REQUIRE(decoded->loud == true);
  REQUIRE(decoded->times == 1);
  REQUIRE(decoded->inner.size() == 2);
  REQUIRE(decoded->inner[1].depth == 4);
  REQUIRE(decoded->tags == std::vector<std::string>{"a", "b"});
  REQUIRE(decoded->extra->text == R"({"x":[1,null]})");
}

TEST_CASE("optional members may be missing or null, defaulted ones keep their initialiser") {
  for (const char* text :
       {R"({"name":"x","size":1})",
        R"({"name":"x","size":1,"colour":null,"loud":null,"times":null,"tags":null})"}) {
    auto decoded = decode<Sample>(*parse_json(text));
    REQUIRE(decoded);
    REQUIRE_FALSE(decoded->colour);
    REQUIRE_FALSE(decoded->loud);
    REQUIRE_FALSE(decoded->tags);
    REQUIRE(decoded->times == 7);
  }
}

TEST_CASE("each kind of mistake has its code, pointer and message") {
  const std::vector<BadCase> cases{
      {R"({"size":1})", "/name", "REQUIRED", "is required"},
      {R"({"name":null,"size":1})", "/name", "REQUIRED", "is required"},
      {R"({"name":"x"})", "/size", "REQUIRED", "is required"},
      {R"({"name":7,"size":1})", "/name", "TYPE", "must be a string"},
      {R"({"name":"x","size":"1"})", "/size", "TYPE", "must be a whole number"},
      {R"({"name":"x","size":true})", "/size", "TYPE", "must be a whole number"},
      {R"({"name":"x","size":1.5})", "/size", "TYPE", "must be a whole number"},
      {R"({"name":"x","size":1e30})", "/size", "TYPE", "must be a whole number"},
      {R"({"name":"x","size":11})", "/size", "RANGE", "must be between -10 and 10"},
      {R"({"name":"x","size":-11})", "/size", "RANGE", "must be between -10 and 10"},
      {R"({"name":"x","size":9223372036854775808})", "/size", "RANGE",
       "must be between -10 and 10"},
      {R"({"name":"x","size":1,"loud":1})", "/loud", "TYPE", "must be true or false"},
      {R"({"name":"x","size":1,"loud":"true"})", "/loud", "TYPE", "must be true or false"},
      {R"({"name":"","size":1})", "/name", "LENGTH", "must have 1 to 5 characters"},
      {R"({"name":"äöüßab","size":1})", "/name", "LENGTH", "must have 1 to 5 characters"},
      {R"({"name":"a\u0000b","size":1})", "/name", "FORMAT", "must not contain a NUL character"},
      {R"({"name":"x","size":1,"colour":"gren"})", "/colour", "FORMAT",
       "must be one of red or green; did you mean 'green'?"},
      {R"({"name":"x","size":1,"colour":"purple"})", "/colour", "FORMAT",
       "must be one of red or green"},
      {R"({"name":"x","size":1,"inner":{}})", "/inner", "TYPE", "must be a list"},
      {R"({"name":"x","size":1,"inner":[1]})", "/inner/0", "TYPE", "must be an object"},
      {R"({"name":"x","size":1,"inner":[{"depth":1},{"depth":10}]})", "/inner/1/depth", "RANGE",
       "must be between 0 and 9"},
      {R"({"name":"x","size":1,"inner":[{},{},{}]})", "/inner", "LENGTH",
       "must have at most 2 entries"},
      {R"({"name":"x","size":1,"inner":[{"depth":1,"dept":2}]})", "/inner/0/dept", "UNKNOWN",
       "is not known here; did you mean 'depth'?"},
      {R"({"name":"x","size":1,"tags":["ok","long"]})", "/tags/1", "LENGTH",
       "must have 1 to 3 characters"},
      {R"({"name":"x","size":1,"tags":[null]})", "/tags/0", "TYPE", "must be a string"},
      {R"({"name":"x","size":1,"zebra":1})", "/zebra", "UNKNOWN", "is not known here"},
      {R"({"name":"x","size":1,"Loud":true})", "/Loud", "UNKNOWN",
       "is not known here; did you mean 'loud'?"},
      {R"({"name":"x","size":1,"a/b~c":1})", "/a~1b~0c", "UNKNOWN", "is not known here"},
      {"[]", "", "TYPE", "must be an object"},
      {"null", "", "TYPE", "must be an object"},
  };
  for (const BadCase& bad : cases) {
    CAPTURE(bad.text);
    const Error error = error_of<Sample>(bad.text);
    REQUIRE(error.fields.size() == 1);
    CHECK(error.fields[0].pointer == bad.pointer);
    CHECK(error.fields[0].code == bad.code);
    CHECK(error.fields[0].message == bad.message);
  }
}

TEST_CASE("all problems are reported at once, and the first three in the message") {
  const Error error = error_of<Sample>(R"({"size":"x","loud":3,"colour":1,"nane":"y"})");
  REQUIRE(error.fields.size() == 5);
  REQUIRE(
      error.message ==
      "'name' is required; 'size' must be a whole number; 'colour' must be a string; and 2 more.");
  REQUIRE(error_of<Sample>("3").message == "The request must be an object.");
  REQUIRE(error_of<Inner>(R"({"depth":1,"dept":1})").message ==
          "'dept' is not known here; did you mean 'depth'?");
}

TEST_CASE("whole numbers may be written with a point or an exponent") {
  for (const char* size : {"5.0", "0.5e1", "5", "50e-1"}) {
    auto decoded = decode<Sample>(*parse_json(std::string(R"({"name":"x","size":)") + size + "}"));
    REQUIRE(decoded);
    REQUIRE(decoded->size == 5);
  }
}

TEST_CASE("integers keep all their 64 bits") {
  auto decoded =
      decode<Sample>(*parse_json(R"({"name":"x","size":1,"times":-9223372036854775808})"));
  REQUIRE(decoded->times == INT64_MIN);
  decoded = decode<Sample>(*parse_json(R"({"name":"x","size":1,"times":9223372036854775807})"));
  REQUIRE(decoded->times == INT64_MAX);
  REQUIRE(encode(*decoded)["times"].get<std::int64_t>() == INT64_MAX);
}

TEST_CASE("text that is not UTF-8 is refused even when it did not come from a parser") {
  const json in{{"name", "\xc3("}, {"size", 1}};
  auto decoded = decode<Sample>(in);
  REQUIRE_FALSE(decoded);
  REQUIRE(decoded.error().fields[0].code == "FORMAT");
  REQUIRE(decoded.error().fields[0].message == "must be valid UTF-8");
}

TEST_CASE("hostile member names come back short and printable") {
  json in{{"name", "x"}, {"size", 1}};
  in[std::string(5000, 'n')] = 1;
  in["\x1b[31mred"] = 1;
  auto decoded = decode<Sample>(in);
  REQUIRE_FALSE(decoded);
  REQUIRE(decoded.error().fields.size() == 2);
  CHECK(decoded.error().fields[0].pointer == "/?[31mred");
  CHECK(decoded.error().fields[1].pointer == "/" + std::string(40, 'n') + "...");
}

TEST_CASE("an answer about ten thousand mistakes stays small") {
  json in{{"name", "x"}, {"size", 1}, {"tags", json::array()}};
  for (int i = 0; i < 10000; ++i) {
    in["member" + std::to_string(i)] = i;
    in["tags"].push_back(i);
  }
  auto decoded = decode<Sample>(in);
  REQUIRE_FALSE(decoded);
  REQUIRE(decoded.error().fields.size() == 32);
}

TEST_CASE("a client skips members that it does not know") {
  auto decoded =
      decode<Sample>(*parse_json(R"({"name":"x","size":1,"newer":1,"inner":[{"depth":1,"n":2}]})"),
                     UnknownFields::ignored);
  REQUIRE(decoded);
  REQUIRE(decoded->inner[0].depth == 1);
}

TEST_CASE("session names are trimmed and checked") {
  auto decoded = decode<Named>(json{{"name", "  ops \n"}});
  REQUIRE(decoded);
  REQUIRE(decoded->name == "ops");
  REQUIRE(decode<Named>(json{{"name", "     12345678      "}}));
  const std::vector<std::pair<std::string, std::string>> bad{
      {"a/b", "must not contain '/'"},
      {"a\tb", "must not contain control characters"},
      {"a\x7f", "must not contain control characters"},
      {"sess_x", "must not begin with sess_, which marks ids"},
      {"   ", "must have 1 to 8 characters"},
      {"123456789", "must have 1 to 8 characters"}};
  for (const auto& [name, message] : bad) {
    auto refused = decode<Named>(json{{"name", name}});
    REQUIRE_FALSE(refused);
    REQUIRE(refused.error().fields[0].message == message);
  }
}

TEST_CASE("a member of free shape keeps any value, null too") {
  for (const char* text : {"null", "1", R"("x")", R"({"a":[true]})"}) {
    auto decoded = decode<Free>(json{{"value", *parse_json(text)}});
    REQUIRE(decoded);
    REQUIRE(decoded->value.text == text);
    REQUIRE(dump_json(encode(*decoded)["value"]) == text);
  }
  REQUIRE_FALSE(decode<Free>(json::object()));
}

TEST_CASE("text that is no JSON still leaves a valid line") {
  REQUIRE(encode(Free{{"{broken"}})["value"] == "{broken");
}

TEST_CASE("answers write empty optionals as null, requests leave them out") {
  Sample sample;
  sample.name = "x";
  REQUIRE(
      dump_json(encode(sample)) ==
      R"({"colour":null,"extra":null,"inner":[],"loud":null,"name":"x","size":0,"tags":null,"times":7})");
  REQUIRE(dump_json(encode(AsRequest{})) == "{}");
  REQUIRE(dump_json(encode(AsRequest{"x"})) == R"({"note":"x"})");
}

TEST_CASE("what was encoded is decoded to the same") {
  Sample sample;
  sample.name = "x";
  sample.size = 3;
  sample.colour = "green";
  sample.loud = false;
  sample.inner = {Inner{1}, Inner{2}};
  sample.tags = std::vector<std::string>{};
  sample.extra = Json{"[1]"};
  const json first = encode(sample);
  auto decoded = decode<Sample>(first);
  REQUIRE(decoded);
  REQUIRE(encode(*decoded) == first);
}

namespace {

struct Place {
  double latitude = 0;
  std::vector<std::string> names;
  std::string key;
  static constexpr auto fields =
      std::tuple{field("latitude", &Place::latitude, "Degrees.", range(-90, 90)),
                 field("names", &Place::names, "Names.", count(2, 3), length(1, 5)),
                 field("key", &Place::key, "Key.", length(1, 9), format(Format::ascii), defaulted)};
};

std::string problem_of(json place) {
  const auto decoded = decode<Place>(place);
  return decoded ? "" : decoded.error().fields.at(0).pointer + " " + decoded.error().fields[0].code;
}

}  // namespace

TEST_CASE("numbers may have fractions and keep to their bounds") {
  const json names{"a", "b"};
  CHECK(decode<Place>({{"latitude", 51.5}, {"names", names}})->latitude == 51.5);
  CHECK(decode<Place>({{"latitude", -90}, {"names", names}})->latitude == -90);
  CHECK(problem_of({{"latitude", 90.001}, {"names", names}}) == "/latitude RANGE");
  CHECK(problem_of({{"latitude", "51"}, {"names", names}}) == "/latitude TYPE");
  Place place;
  place.latitude = 0.25;
  CHECK(encode(place)["latitude"] == 0.25);
}

TEST_CASE("a list can have a least length") {
  CHECK(problem_of({{"latitude", 1}, {"names", {"a"}}}) == "/names LENGTH");
  CHECK(problem_of({{"latitude", 1}, {"names", {"a", "b", "c", "d"}}}) == "/names LENGTH");
}

TEST_CASE("printable ASCII is what a header can carry") {
  const json names{"a", "b"};
  CHECK(problem_of({{"latitude", 1}, {"names", names}, {"key", "a b~"}}).empty());
  CHECK(problem_of({{"latitude", 1}, {"names", names}, {"key", "a\tb"}}) == "/key FORMAT");
  CHECK(problem_of({{"latitude", 1}, {"names", names}, {"key", "ä"}}) == "/key FORMAT");
}
