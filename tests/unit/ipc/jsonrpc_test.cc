#include "ipc/jsonrpc.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "ipc/json.h"

using nlohmann::json;
using wasphere::Error;
using wasphere::ErrorCode;
using namespace wasphere::ipc;

namespace {

json parsed(const std::string& line) {
  REQUIRE(line.find('\n') == std::string::npos);
  return json::parse(line);
}

int number_of(const Error& error) {
  return wasphere::error_info(error.code).rpc_code;
}

}  // namespace

TEST_CASE("a request is read with its id, method and params") {
  auto request =
      parse_request(R"({"jsonrpc":"2.0","id":7,"method":"session.get","params":{"session":"a"}})");
  REQUIRE(request);
  REQUIRE(request->id == "7");
  REQUIRE(request->method == "session.get");
  REQUIRE((*request->params)["session"] == "a");
  REQUIRE_FALSE(request->is_notification());
}

TEST_CASE("ids are echoed as they came") {
  for (const char* id : {"7", "-1", "\"a\\\"b\"", "null", "9007199254740993"}) {
    auto request = parse_request(std::string(R"({"jsonrpc":"2.0","method":"x","id":)") + id + "}");
    REQUIRE(request);
    REQUIRE(request->id == id);
    REQUIRE(parsed(make_result(request->id, json::object()))["id"] == json::parse(id));
  }
}

TEST_CASE("a request without id is a notification") {
  auto request = parse_request(R"({"jsonrpc":"2.0","method":"x"})");
  REQUIRE(request);
  REQUIRE(request->is_notification());
}

TEST_CASE("missing and null params are an empty object") {
  for (const char* line : {R"({"jsonrpc":"2.0","id":1,"method":"x"})",
                           R"({"jsonrpc":"2.0","id":1,"method":"x","params":null})"}) {
    auto request = parse_request(line);
    REQUIRE(request);
    REQUIRE(*request->params == json::object());
  }
}

TEST_CASE("bad lines have the numbers of the standard and the id where it is known") {
  struct Bad {
    std::string line;
    int number;
    std::string id;
  };
  const std::vector<Bad> cases{
      {"", -32700, "null"},
      {"{", -32700, "null"},
      {"\xff\xfe", -32700, "null"},
      {std::string(40, '['), -32700, "null"},
      {"7", -32600, "null"},
      {"\"x\"", -32600, "null"},
      {"[]", -32600, "null"},
      {"{}", -32600, "null"},
      {R"({"id":1,"method":"x"})", -32600, "1"},
      {R"({"jsonrpc":"1.0","id":1,"method":"x"})", -32600, "1"},
      {R"({"jsonrpc":2.0,"id":1,"method":"x"})", -32600, "1"},
      {R"({"jsonrpc":"2.0","id":"a"})", -32600, "\"a\""},
      {R"({"jsonrpc":"2.0","id":1,"method":5})", -32600, "1"},
      {R"({"jsonrpc":"2.0","id":1.5,"method":"x"})", -32600, "null"},
      {R"({"jsonrpc":"2.0","id":{},"method":"x"})", -32600, "null"},
      {R"({"jsonrpc":"2.0","id":true,"method":"x"})", -32600, "null"},
      {R"({"jsonrpc":"2.0","id":1,"method":"x","extra":1})", -32600, "1"},
      {R"({"jsonrpc":"2.0","id":1,"method":"x","params":[1]})", -32602, "1"},
      {R"({"jsonrpc":"2.0","id":1,"method":"x","params":"y"})", -32602, "1"},
      {R"({"jsonrpc":"2.0","method":"x","id":")" + std::string(300, 'i') + "\"}", -32600, "null"}};
  for (const Bad& bad : cases) {
    CAPTURE(bad.line);
    const Message message = parse_message(bad.line);
    REQUIRE_FALSE(message.batch);
    REQUIRE(message.calls.size() == 1);
    REQUIRE_FALSE(message.calls[0].request);
    CHECK(number_of(message.calls[0].request.error()) == bad.number);
    CHECK(message.calls[0].id == bad.id);
  }
}

TEST_CASE("a batch is read call by call") {
  const Message message = parse_message(
      R"([{"jsonrpc":"2.0","id":1,"method":"a"},{"jsonrpc":"2.0","method":"b"},7,{"jsonrpc":"2.0","id":2}])");
  REQUIRE(message.batch);
  REQUIRE(message.calls.size() == 4);
  REQUIRE(message.calls[0].request->method == "a");
  REQUIRE(message.calls[1].request->is_notification());
  REQUIRE_FALSE(message.calls[2].request);
  REQUIRE(message.calls[3].id == "2");
}

TEST_CASE("an oversized batch is refused as a whole") {
  std::string line = "[1";
  for (std::size_t i = 0; i < kMaxBatch; ++i) line += ",1";
  const Message message = parse_message(line + "]");
  REQUIRE_FALSE(message.batch);
  REQUIRE(number_of(message.calls.at(0).request.error()) == -32600);
}

TEST_CASE("batches are refused where they are not wanted") {
  auto request = parse_request(R"([{"jsonrpc":"2.0","id":1,"method":"a"}])");
  REQUIRE_FALSE(request);
  REQUIRE(request.error().code == ErrorCode::invalid_request);
}

TEST_CASE("results and errors are complete JSON-RPC lines") {
  REQUIRE(parsed(make_result("1", json{{"a", 1}})) ==
          json{{"jsonrpc", "2.0"}, {"id", 1}, {"result", {{"a", 1}}}});
  const Error error{ErrorCode::session_not_found, "No session 'x'.", {}, 0, {}};
  const json line = parsed(make_error("\"q\"", error, "req_1"));
  REQUIRE(line["id"] == "q");
  REQUIRE(line["error"]["code"] == -31005);
  REQUIRE(line["error"]["message"] == "No session 'x'.");
  REQUIRE(line["error"]["data"]["code"] == "SESSION_NOT_FOUND");
  REQUIRE(line["error"]["data"]["requestId"] == "req_1");
}

TEST_CASE("broken UTF-8 in an answer leaves a valid line") {
  REQUIRE(parsed(make_result("1", json{{"a", "\xff"}}))["result"]["a"] == "\xEF\xBF\xBD");
}

TEST_CASE("a notification carries finished text") {
  REQUIRE(parsed(make_notification("event", R"({"seq":3})")) ==
          json{{"jsonrpc", "2.0"}, {"method", "event"}, {"params", {{"seq", 3}}}});
}

TEST_CASE("the answers of a batch make one array, or nothing") {
  const std::vector<std::string> answers{make_result("1", json::object()), make_result("2", 5)};
  REQUIRE(parsed(join_batch(answers)).size() == 2);
  REQUIRE(join_batch({}).empty());
}

TEST_CASE("an unknown method is shown safely and with the nearest one") {
  const Error error = unknown_method("session.creat\x1b", "session.create");
  REQUIRE(error.code == ErrorCode::unknown_method);
  REQUIRE(error.message == "There is no method 'session.creat?'; did you mean 'session.create'?");
  REQUIRE(unknown_method(std::string(1000, 'x'), "").message.size() < 100);
}

TEST_CASE("the client reads answers and notifications") {
  auto answer = parse_incoming(R"({"jsonrpc":"2.0","id":3,"result":{"a":1}})");
  REQUIRE(answer);
  REQUIRE(std::get<Answer>(*answer).id == 3);
  REQUIRE((**std::get<Answer>(*answer).result)["a"] == 1);
  auto note = parse_incoming(R"({"jsonrpc":"2.0","method":"event","params":{"seq":1}})");
  REQUIRE(note);
  REQUIRE(std::get<Notification>(*note).method == "event");
  REQUIRE((*std::get<Notification>(*note).params)["seq"] == 1);
}

TEST_CASE("an error survives the wire with everything in it") {
  Error error{ErrorCode::rate_limited, "Slow down.", {{"/a", "RANGE", "too much"}}, 1500, "Wait."};
  auto incoming = parse_incoming(make_error("4", error, "req_9"));
  REQUIRE(incoming);
  const Answer& answer = std::get<Answer>(*incoming);
  REQUIRE(answer.id == 4);
  REQUIRE(answer.request_id == "req_9");
  REQUIRE_FALSE(answer.result);
  CHECK(answer.result.error().code == error.code);
  CHECK(answer.result.error().message == error.message);
  CHECK(answer.result.error().remedy == error.remedy);
  CHECK(answer.result.error().retry_after_ms == 1500);
  REQUIRE(answer.result.error().fields.size() == 1);
  CHECK(answer.result.error().fields[0].pointer == "/a");
}

TEST_CASE("what is no answer is a broken protocol") {
  for (const char* line : {"", "[]", "7", "{}", R"({"id":1})", R"({"id":1,"error":"x"})",
                           R"({"method":1})", R"({"id":1,"error":7})"}) {
    CAPTURE(line);
    auto incoming = parse_incoming(line);
    REQUIRE_FALSE(incoming);
    REQUIRE(incoming.error().code == ErrorCode::protocol_error);
  }
}
