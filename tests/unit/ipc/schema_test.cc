#include "ipc/schema.h"

#include <catch2/catch.hpp>

#include "ipc/commands.h"

using namespace wasphere::ipc;

namespace {

const FieldInfo& field_of(std::string_view method, std::string_view name) {
  const CommandType* command = find_method(method);
  REQUIRE(command != nullptr);
  for (const FieldInfo& field : command->params->fields) {
    if (field.name == name) return field;
  }
  throw std::runtime_error("no such field");
}

}  // namespace

TEST_CASE("flags are the field names in kebab case") {
  CHECK(flag_name("name") == "name");
  CHECK(flag_name("msgDelayMinMs") == "msg-delay-min-ms");
  CHECK(flag_name("autoReadOnReceive") == "auto-read-on-receive");
}

TEST_CASE("a value's placeholder is the given one, or made of the name") {
  CHECK(value_name(field_of("session.get", "session")) == "NAME");
  CHECK(value_name(field_of("session.update", "msgDelayMinMs")) == "MS");
  CHECK(value_name(field_of("debug.advanceClock", "advanceMs")) == "ADVANCE_MS");
}

TEST_CASE("types have names for people") {
  CHECK(type_name(*field_of("session.create", "name").type) == "string");
  CHECK(type_name(*field_of("session.create", "msgDelayMinMs").type) == "integer");
  CHECK(type_name(*field_of("session.create", "typingSimulation").type) == "boolean");
  CHECK(type_name(*field_of("event.subscribe", "events").type) == "list of string");
}

TEST_CASE("rules are put into words") {
  CHECK(rules_text(field_of("session.create", "rateLimitPerMin")) == "0 to 1000");
  CHECK(rules_text(field_of("session.create", "description")) == "at most 512 characters");
  CHECK(rules_text(field_of("session.create", "name")) ==
        "1 to 64 characters; no '/', not beginning with sess_");
  CHECK(rules_text(field_of("session.list", "status")) ==
        "one of: disconnected, connecting, connected, reconnecting, banned");
  CHECK(rules_text(field_of("event.subscribe", "sessions")) ==
        "at most 1000 entries; 1 to 256 characters");
  CHECK(rules_text(field_of("event.subscribe", "after")) == "at least 0");
  CHECK(rules_text(field_of("session.delete", "unlink")).empty());
}

TEST_CASE("defaults are read from the initialisers") {
  const CommandType* remove = find_method("session.delete");
  CHECK(default_text(*remove->params, field_of("session.delete", "unlink")) == "true");
  CHECK(default_text(*remove->params, field_of("session.delete", "session")) == std::nullopt);
  const CommandType* failure = find_method("failure");
  CHECK(default_text(*failure->params, field_of("failure", "count")) == "1");
}

TEST_CASE("required is what is neither optional nor defaulted") {
  CHECK(field_of("session.get", "session").required());
  CHECK_FALSE(field_of("session.create", "description").required());
  CHECK_FALSE(field_of("session.delete", "unlink").required());
}

TEST_CASE("the nearest name is found over slips, case and separators") {
  constexpr std::array<std::string_view, 4> kKnown{"session.create", "session.list",
                                                   "msgDelayMinMs", "qr"};
  CHECK(nearest_name("sesion.crate", kKnown) == "session.create");
  CHECK(nearest_name("msg_delay_min_ms", kKnown) == "msgDelayMinMs");
  CHECK(nearest_name("MSGDELAYMINMS", kKnown) == "msgDelayMinMs");
  CHECK(nearest_name("q", kKnown) == "qr");
  CHECK(nearest_name("entirely-else", kKnown).empty());
  CHECK(nearest_name("", kKnown).empty());
  CHECK(nearest_name("xy", kKnown).empty());
  CHECK(nearest_name(std::string(100000, 's'), kKnown).empty());
  CHECK(nearest_name("qr", {}).empty());
}
