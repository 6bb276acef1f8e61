#include "daemon/http/params.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "ipc/commands.h"

namespace wasphere::http {
namespace {

using nlohmann::json;

struct Sending {
  std::string sessionId;
  std::string text;
  std::optional<std::int64_t> wait;
  std::optional<std::string> idempotencyKey;
  std::optional<std::vector<std::string>> tags;
  std::optional<bool> loud;
  static constexpr auto fields =
      std::tuple{ipc::field("sessionId", &Sending::sessionId, "A."),
                 ipc::field("text", &Sending::text, "A."),
                 ipc::field("wait", &Sending::wait, "A."),
                 ipc::field("idempotencyKey", &Sending::idempotencyKey, "A."),
                 ipc::field("tags", &Sending::tags, "A."),
                 ipc::field("loud", &Sending::loud, "A.")};
};

constexpr ipc::CommandType command(ipc::Route route) {
  return {ipc::CommandInfo{.method = "x.y", .route = route, .summary = "A.", .returns = "A."},
          ipc::object_type<Sending>(), ipc::object_type<Sending>()};
}
constexpr ipc::CommandType kPost = command(ipc::post("/api/messages/text"));
constexpr ipc::CommandType kGet = command(ipc::get("/api/messages/text"));

struct Asked {
  Match match{&kPost, {}};
  Target target;
  RequestHead head;
  std::string body;
  Result<json> params() const { return request_params(match, target, head, body); }
};

ErrorCode refusal(const Asked& asked) {
  const auto params = asked.params();
  return params ? ErrorCode::internal : params.error().code;
}

}  // namespace

TEST_CASE("path, query and body are one object", "[params]") {
  Asked asked;
  asked.match.parameters = {{"sessionId", "12"}};
  asked.target.query = {{"loud", "true"}, {"wait", "5"}};
  asked.head.headers = {{"content-type", "application/json; charset=utf-8"}};
  asked.body = R"({"text":"hi"})";
  const auto params = asked.params();
  REQUIRE(params);
  CHECK(*params == json({{"sessionId", "12"}, {"loud", true}, {"wait", 5}, {"text", "hi"}}));
}

TEST_CASE("what does not read as its type stays text, for the decoder to refuse", "[params]") {
  Asked asked;
  asked.target.query = {{"loud", "1"}, {"wait", "5x"}, {"unknown", "7"}};
  CHECK(*asked.params() == json({{"loud", "1"}, {"wait", "5x"}, {"unknown", "7"}}));
}

TEST_CASE("lists are repeated or written with commas", "[params]") {
  Asked asked;
  asked.match.command = &kGet;
  asked.target.query = {{"tags", "a,b"}, {"tags", "c"}};
  CHECK(*asked.params() == json({{"tags", {"a", "b", "c"}}}));
}

TEST_CASE("the same twice is fine, a contradiction is not", "[params]") {
  Asked asked;
  asked.match.parameters = {{"sessionId", "support"}};
  asked.body = R"({"sessionId":"support"})";
  CHECK(asked.params());
  asked.body = R"({"sessionId":"sales"})";
  const auto params = asked.params();
  REQUIRE(!params);
  CHECK(params.error().code == ErrorCode::validation_failed);
  CHECK(params.error().fields.at(0).pointer == "/sessionId");
}

TEST_CASE("a body must be a JSON object, of its type, where one belongs", "[params]") {
  Asked asked;
  asked.body = "{";
  CHECK(refusal(asked) == ErrorCode::invalid_json);
  asked.body = "[1]";
  CHECK(refusal(asked) == ErrorCode::validation_failed);
  asked.body = "{}";
  asked.head.headers = {{"content-type", "application/x-www-form-urlencoded"}};
  CHECK(refusal(asked) == ErrorCode::unsupported_media_type);
  asked.head.headers = {{"content-type", "APPLICATION/JSON"}};
  CHECK(asked.params());
  asked.match.command = &kGet;
  CHECK(refusal(asked) == ErrorCode::invalid_request);
}

TEST_CASE("a send waits for its message unless the request says otherwise", "[params]") {
  Asked asked;
  CHECK(*asked.params() == json({{"wait", 15}}));
  asked.body = R"({"wait":0})";
  CHECK(*asked.params() == json({{"wait", 0}}));
}

TEST_CASE("headers fill the members made for them", "[params]") {
  Asked asked;
  asked.head.headers = {{"idempotency-key", "abc"}, {"prefer", "handling=strict, Wait=7"}};
  CHECK(*asked.params() == json({{"idempotencyKey", "abc"}, {"wait", 7}}));
  asked.head.headers = {{"prefer", "respond-async"}};
  CHECK(*asked.params() == json({{"wait", 0}}));
  asked.head.headers = {{"idempotency-key", ""}};
  CHECK(refusal(asked) == ErrorCode::validation_failed);
  asked.head.headers = {{"idempotency-key", std::string(129, 'x')}};
  CHECK(refusal(asked) == ErrorCode::validation_failed);
}

}  // namespace wasphere::http
