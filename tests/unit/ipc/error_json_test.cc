#include "ipc/error_json.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using nlohmann::json;
using wasphere::Error;
using wasphere::ErrorCode;
using namespace wasphere::ipc;

TEST_CASE("every error of the table makes a complete object and comes back") {
  for (const wasphere::ErrorInfo& info : wasphere::all_errors()) {
    CAPTURE(info.name);
    const json object = error_to_json(Error{info.code, "What happened.", {}, 0, {}}, "req_x");
    CHECK(object["code"] == info.name);
    CHECK(object["status"] == info.http_status);
    CHECK(object["title"] == info.title);
    CHECK(object["detail"] == "What happened.");
    CHECK(object["remedy"] == info.remedy);
    CHECK(object["requestId"] == "req_x");
    CHECK_FALSE(object.contains("errors"));
    CHECK_FALSE(object.contains("retryAfterMs"));
    CHECK(error_from_json(object, info.rpc_code).code == info.code);
  }
}

TEST_CASE("the type is a URN of the code") {
  const json object = error_to_json(Error{ErrorCode::session_not_found, "x", {}, 0, {}}, "");
  REQUIRE(object["type"] == "urn:wasphere:error:session-not-found");
  REQUIRE_FALSE(object.contains("requestId"));
}

TEST_CASE("fields, delay and remedy are there when they apply") {
  const Error error{ErrorCode::validation_failed, "x", {{"/a", "RANGE", "m"}}, 250, "Do that."};
  const json object = error_to_json(error, "");
  REQUIRE(object["errors"] ==
          json::array({{{"pointer", "/a"}, {"code", "RANGE"}, {"message", "m"}}}));
  REQUIRE(object["retryAfterMs"] == 250);
  REQUIRE(object["remedy"] == "Do that.");
}

TEST_CASE("a code of a newer daemon falls back to one of the same number") {
  const json newer{{"code", "PARCEL_NOT_FOUND"}, {"detail", "No such parcel."}};
  const Error error = error_from_json(newer, -31005);
  REQUIRE(wasphere::error_info(error.code).exit_code == 5);
  REQUIRE(error.message == "No such parcel.");
  REQUIRE(error_from_json(newer, -1).code == ErrorCode::internal);
}

TEST_CASE("anything is taken as an error object") {
  for (const json& odd :
       {json(), json(7), json::array(), json{{"code", 7}, {"detail", 1}, {"errors", 3}},
        json{{"errors", {1, "x", {{"pointer", 3}}}}, {"retryAfterMs", "soon"}},
        json{{"retryAfterMs", -5}}}) {
    const Error error = error_from_json(odd, -32603);
    CHECK(error.code == ErrorCode::internal);
    CHECK(error.retry_after_ms == 0);
  }
}
