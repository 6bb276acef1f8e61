#include "cli/values.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/registry.h"
#include "ipc/commands.h"

namespace {

using nlohmann::json;
using wasphere::cli::Option;
using wasphere::cli::options_of;
using wasphere::cli::typed_assignments;
using wasphere::cli::typed_value;
using wasphere::cli::untyped_assignments;
using wasphere::cli::ValueKind;

Option of_kind(ValueKind kind) {
  return {.name = "value", .flag = "--value", .kind = kind};
}

std::vector<Option> update_fields() {
  return options_of(*wasphere::ipc::find_method("session.update")->params);
}

}  // namespace

TEST_CASE("values get the type of their option") {
  CHECK(*typed_value(of_kind(ValueKind::text), "12") == json("12"));
  CHECK(*typed_value(of_kind(ValueKind::integer), "-12") == json(-12));
  CHECK(*typed_value(of_kind(ValueKind::number), "1.5") == json(1.5));
  CHECK(*typed_value(of_kind(ValueKind::boolean), "true") == json(true));
  CHECK(*typed_value(of_kind(ValueKind::boolean), "Off") == json(false));
  CHECK(*typed_value(of_kind(ValueKind::list), "a,b,,c") == json({"a", "b", "c"}));
  CHECK(*typed_value(of_kind(ValueKind::json), R"({"a":[1]})") == json({{"a", {1}}}));
  CHECK(*typed_value(of_kind(ValueKind::duration), "2s") == json(2000));
}

TEST_CASE("a value of another type is refused by the name the caller used") {
  const auto [kind, text] =
      GENERATE(table<ValueKind, std::string>({{ValueKind::integer, "12a"},
                                              {ValueKind::integer, ""},
                                              {ValueKind::integer, "1.5"},
                                              {ValueKind::integer, "99999999999999999999"},
                                              {ValueKind::number, "x"},
                                              {ValueKind::boolean, "maybe"},
                                              {ValueKind::json, "{"},
                                              {ValueKind::text, "\xFF"}}));
  const auto value = typed_value(of_kind(kind), text);
  REQUIRE_FALSE(value);
  CHECK(value.error().code == wasphere::ErrorCode::validation_failed);
  CHECK(value.error().message.find("--value must be") == 0);
  REQUIRE(value.error().fields.size() == 1);
  CHECK(value.error().fields[0].pointer == "/value");
}

TEST_CASE("a choice must be one of those there are") {
  Option option = of_kind(ValueKind::text);
  option.choices = {"connected", "banned"};
  CHECK(*typed_value(option, "banned") == json("banned"));
  const auto other = typed_value(option, "bannd");
  REQUIRE_FALSE(other);
  CHECK(other.error().message == "--value must be one of connected, banned, not 'bannd'.");
}

TEST_CASE("key=value takes its types from the registry") {
  const auto changes = typed_assignments(
      {"msgDelayMinMs=500", "typingSimulation=no", "description=a=b", "name=12"}, update_fields());
  REQUIRE(changes);
  CHECK(*changes == json({{"msgDelayMinMs", 500},
                          {"typingSimulation", false},
                          {"description", "a=b"},
                          {"name", "12"}}));
}

TEST_CASE("an unknown key is refused with the nearest one") {
  const auto changes = typed_assignments({"msgDelayMinMS=500"}, update_fields());
  REQUIRE_FALSE(changes);
  CHECK(changes.error().message == "There is no setting 'msgDelayMinMS'.");
  CHECK(changes.error().remedy == "Did you mean 'msgDelayMinMs'?");
  CHECK_FALSE(typed_assignments({"nothing"}, update_fields()));
  CHECK_FALSE(typed_assignments({"=x"}, update_fields()));
  CHECK_FALSE(typed_assignments({"rateLimitPerMin=fast"}, update_fields()));
}

TEST_CASE("without a registry a value that reads as JSON is that") {
  const auto values = untyped_assignments({"a=1", "b=true", "c=text", "d=[1,2]", "e=", "f=\"1\""});
  REQUIRE(values);
  CHECK(*values ==
        json({{"a", 1}, {"b", true}, {"c", "text"}, {"d", {1, 2}}, {"e", ""}, {"f", "1"}}));
}
