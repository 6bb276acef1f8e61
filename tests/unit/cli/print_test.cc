#include "cli/print.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "ipc/commands.h"

namespace {

using nlohmann::json;
using wasphere::cli::format_result;
using wasphere::cli::OutputFormat;

std::string formatted(const char* method, const json& result, OutputFormat format) {
  const auto* command = wasphere::ipc::find_method(method);
  REQUIRE(command != nullptr);
  return format_result(*command, result, format, false);
}

const json kPhones{{"phones",
                    {{{"phoneNumber", "+447700900124"},
                      {"name", "Sam"},
                      {"jid", "447700900124@s.whatsapp.net"},
                      {"lid", "1@lid"},
                      {"companions", {{{"jid", "x"}}, {{"jid", "y"}}}}}}}};

}  // namespace

TEST_CASE("a list is a table in the order of the registry") {
  CHECK(formatted("phone.list", kPhones, OutputFormat::table) ==
        "PHONE NUMBER   NAME  JID                          LID    COMPANIONS\n"
        "+447700900124  Sam   447700900124@s.whatsapp.net  1@lid  2\n");
  CHECK(formatted("phone.list", {{"phones", json::array()}}, OutputFormat::table).empty());
  CHECK(formatted("phone.list", json::object(), OutputFormat::table).empty());
}

TEST_CASE("one thing is a line for each field, nested ones joined") {
  const json info{{"version", "0.1.0"},
                  {"sessions", {{"total", 2}}},
                  {"features", {"a", "b"}},
                  {"sandbox", nullptr}};
  const auto text = formatted("daemon.info", info, OutputFormat::table);
  CHECK(text.find("version                0.1.0\n") != std::string::npos);
  CHECK(text.find("sessions total         2\n") != std::string::npos);
  CHECK(text.find("features               a, b\n") != std::string::npos);
  CHECK(text.find("sandbox                -\n") != std::string::npos);
}

TEST_CASE("JSON is the result itself, ndjson its things one a line") {
  const json sessions{{"sessions", {{{"name", "a"}}, {{"name", "b"}}}}, {"total", 2}};
  CHECK(json::parse(formatted("session.list", sessions, OutputFormat::json)) == sessions);
  CHECK(formatted("session.list", sessions, OutputFormat::ndjson) ==
        "{\"name\":\"a\"}\n{\"name\":\"b\"}\n");
  CHECK(formatted("daemon.ping", {{"pong", true}}, OutputFormat::ndjson) == "{\"pong\":true}\n");
}

TEST_CASE("names are what things are called by") {
  CHECK(formatted("session.list", {{"sessions", {{{"name", "a"}, {"id", "sess_1"}}}}},
                  OutputFormat::names) == "a\n");
  CHECK(formatted("session.delete", {{"id", "sess_1"}}, OutputFormat::names) == "sess_1\n");
  CHECK(formatted("link.list", {{"links", {{{"jid", "x@y"}}}}}, OutputFormat::names) == "x@y\n");
}
