#include "cli/json_schema.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "ipc/commands.h"

using nlohmann::json;
using wasphere::cli::describe_command;

TEST_CASE("the schema of a request has types, limits, defaults and what is required") {
  const json create = describe_command(*wasphere::ipc::find_method("session.create"));
  const json& params = create["params"];
  CHECK(params["required"] == json({"name"}));
  CHECK(params["additionalProperties"] == false);
  CHECK(params["properties"]["name"]["type"] == "string");
  CHECK(params["properties"]["name"]["maxLength"] == 64);
  CHECK(params["properties"]["rateLimitPerMin"]["maximum"] == 1000);
  CHECK(create["errors"] == json({"SESSION_EXISTS", "STORAGE_UNAVAILABLE"}));
  const json remove = describe_command(*wasphere::ipc::find_method("session.delete"));
  CHECK(remove["params"]["properties"]["unlink"]["default"] == true);
}

TEST_CASE("the schema of an answer says what can be null") {
  const json list = describe_command(*wasphere::ipc::find_method("session.list"));
  const json& session = list["result"]["properties"]["sessions"]["items"];
  CHECK(session["properties"]["phoneNumber"]["type"] == json({"string", "null"}));
  CHECK(session["properties"]["status"]["enum"].size() == 5);
  CHECK(session["properties"]["ban"]["type"] == json({"object", "null"}));
  CHECK_FALSE(list["result"].contains("additionalProperties"));
}

TEST_CASE("lists have their elements' rules") {
  const json subscribe = describe_command(*wasphere::ipc::find_method("event.subscribe"));
  const json& events = subscribe["params"]["properties"]["events"];
  CHECK(events["type"] == "array");
  CHECK(events["maxItems"] == 64);
  CHECK(events["items"]["enum"].size() == wasphere::ipc::event_types().size());
}
