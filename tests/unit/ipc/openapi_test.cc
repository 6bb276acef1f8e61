#include "ipc/openapi.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "ipc/api_page.h"
#include "ipc/commands.h"
#include "ipc/http_routes.h"

namespace wasphere::ipc {

TEST_CASE("every operation with a route is in the document", "[openapi]") {
  const auto document = nlohmann::json::parse(openapi_document());
  for (const CommandType& command : daemon_commands()) {
    if (!has_route(command)) continue;
    std::string verb(verb_name(command.info.route.verb));
    for (char& c : verb) c = static_cast<char>(std::tolower(c));
    if (command.info.method == "message.sendOther") continue;  // a path for each type
    const auto& operation = document["paths"][std::string(command.info.route.path)][verb];
    CAPTURE(command.info.method);
    CHECK(operation["operationId"] == std::string(command.info.method));
    CHECK(operation["responses"].contains(std::to_string(command.info.route.success)));
    CHECK((operation.contains("security") == command.info.anyone));
  }
  CHECK(document["webhooks"].size() == event_types().size());
}

TEST_CASE("what belongs to the socket is in neither document", "[openapi]") {
  CHECK(openapi_document().find("debug.advanceClock") == std::string::npos);
  CHECK(api_page().find("debug.advanceClock") == std::string::npos);
}

TEST_CASE("the page escapes what it shows", "[api_page]") {
  const std::string page = api_page();
  CHECK(page.starts_with("<!doctype html>"));
  CHECK(page.find("<script") == std::string::npos);
}

}  // namespace wasphere::ipc
