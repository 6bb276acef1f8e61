#include "ipc/jsonrpc.h"

#include <nlohmann/json.hpp>

#include "ipc/error_json.h"
#include "ipc/json.h"

namespace wasphere::ipc {
namespace {

using nlohmann::json;
using JsonPtr = std::shared_ptr<const json>;

constexpr std::size_t kMaxId = 256;

tl::unexpected<Error> invalid(std::string message) {
  return fail(ErrorCode::invalid_request, std::move(message));
}

// The id as it is echoed; nothing if it is not a legal one.
std::optional<std::string> id_text(const json& id) {
  if (!id.is_string() && !id.is_number_integer() && !id.is_null()) return std::nullopt;
  std::string text = dump_json(id);
  if (text.size() > kMaxId) return std::nullopt;
  return text;
}

Result<JsonPtr> read_params(json& request) {
  const auto found = request.find("params");
  if (found == request.end() || found->is_null()) return std::make_shared<json>(json::object());
  if (found->is_object()) return std::make_shared<json>(std::move(*found));
  Error error{
      ErrorCode::validation_failed, "Parameters are given by name, as an object.", {}, 0, {}};
  error.fields.push_back({"", "TYPE", "must be an object"});
  return fail(std::move(error));
}

Result<Request> read_request(json& value) {
  const auto version = value.find("jsonrpc");
  if (version == value.end() || *version != "2.0") {
    return invalid("The member jsonrpc must be \"2.0\".");
  }
  const auto method = value.find("method");
  if (method == value.end() || !method->is_string()) {
    return invalid("The member method must be a string.");
  }
  for (const auto& [name, ignored] : value.items()) {
    if (name != "jsonrpc" && name != "method" && name != "id" && name != "params") {
      return invalid("A request has no members but jsonrpc, id, method and params.");
    }
  }
  Request request{{}, method->get<std::string>(), {}};
  WS_TRY(request.params, read_params(value));
  return request;
}

Call read_call(json& value) {
  if (!value.is_object()) return {"null", invalid("A request is an object.")};
  const auto id = value.find("id");
  const bool has_id = id != value.end();
  const auto text = has_id ? id_text(*id) : std::string();
  if (!text) return {"null", invalid("The member id must be a short string or a whole number.")};
  auto request = read_request(value);
  if (request) request->id = *text;
  return {has_id ? *text : "null", std::move(request)};
}

Message single(Call call) {
  Message message;
  message.calls.push_back(std::move(call));
  return message;
}

// {"jsonrpc":"2.0","id":ID,"MEMBER":TEXT}
std::string envelope(std::string_view id, std::string_view member, std::string_view text) {
  std::string out = R"({"jsonrpc":"2.0","id":)";
  out.append(id).append(",\"").append(member).append("\":").append(text).append("}");
  return out;
}

tl::unexpected<Error> not_an_answer(std::string_view what) {
  return fail(ErrorCode::protocol_error, "The daemon sent " + std::string(what) + ".");
}

Error read_error(const json& error) {
  const auto code = error.find("code");
  const bool has_code = code != error.end() && code->is_number_integer();
  const int number = has_code ? code->get<int>() : 0;
  const auto data = error.find("data");
  Error out = error_from_json(data == error.end() ? json() : *data, number);
  const auto message = error.find("message");
  if (out.message.empty() && message != error.end() && message->is_string()) {
    out.message = message->get<std::string>();
  }
  return out;
}

std::string request_id_of(const json& error) {
  const auto data = error.find("data");
  if (data == error.end() || !data->is_object()) return {};
  const auto id = data->find("requestId");
  return id != data->end() && id->is_string() ? id->get<std::string>() : std::string();
}

}  // namespace

Message parse_message(std::string_view line) {
  auto parsed = parse_json(line);
  if (!parsed) return single({"null", fail(std::move(parsed).error())});
  if (!parsed->is_array()) return single(read_call(*parsed));
  if (parsed->empty()) return single({"null", invalid("A batch must hold at least one request.")});
  if (parsed->size() > kMaxBatch) {
    return single(
        {"null", invalid("A batch holds at most " + std::to_string(kMaxBatch) + " requests.")});
  }
  Message message{.batch = true, .calls = {}};
  for (json& value : *parsed) message.calls.push_back(read_call(value));
  return message;
}

Result<Request> parse_request(std::string_view line) {
  Message message = parse_message(line);
  if (message.batch) return invalid("Batches are not taken here.");
  return std::move(message.calls.front().request);
}

std::string make_result(std::string_view id, const json& result) {
  return make_result_text(id, dump_json(result));
}

std::string make_result_text(std::string_view id, std::string_view result) {
  return envelope(id, "result", result);
}

std::string make_error(std::string_view id, const Error& error, std::string_view request_id) {
  const json object{{"code", error_info(error.code).rpc_code},
                    {"message", error.message},
                    {"data", error_to_json(error, request_id)}};
  return envelope(id, "error", dump_json(object));
}

std::string make_notification(std::string_view method, std::string_view params) {
  std::string out = R"({"jsonrpc":"2.0","method":)";
  out.append(dump_json(method)).append(",\"params\":").append(params).append("}");
  return out;
}

std::string join_batch(std::span<const std::string> answers) {
  if (answers.empty()) return {};
  std::string out = "[";
  for (const std::string& answer : answers) {
    if (out.size() > 1) out.push_back(',');
    out += answer;
  }
  return out + "]";
}

Error unknown_method(std::string_view method, std::string_view nearest) {
  constexpr std::size_t kLongest = 64;
  std::string shown;
  for (const char c : method.substr(0, kLongest)) shown.push_back(c >= ' ' && c <= '~' ? c : '?');
  std::string message = "There is no method '" + shown + "'";
  message += nearest.empty() ? "." : "; did you mean '" + std::string(nearest) + "'?";
  return {ErrorCode::unknown_method, std::move(message), {}, 0, {}};
}

std::string make_request(std::int64_t id, std::string_view method, const json& params) {
  const json request{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}};
  return dump_json(request);
}

Result<std::variant<Answer, Notification>> parse_incoming(std::string_view line) {
  auto parsed = parse_json(line);
  if (!parsed || !parsed->is_object()) return not_an_answer("a line that is no JSON object");
  json& value = *parsed;
  if (const auto method = value.find("method"); method != value.end()) {
    if (!method->is_string()) return not_an_answer("a notification without a name");
    std::string name = method->get<std::string>();
    WS_TRY(JsonPtr params, read_params(value));
    return Notification{std::move(name), std::move(params)};
  }
  const auto id = value.find("id");
  const bool has_id = id != value.end() && id->is_number_integer();
  Answer answer{.id = has_id ? id->get<std::int64_t>() : 0, .request_id = {}, .result = {}};
  if (const auto result = value.find("result"); result != value.end()) {
    answer.result = std::make_shared<json>(std::move(*result));
    return answer;
  }
  const auto error = value.find("error");
  if (error == value.end() || !error->is_object()) {
    return not_an_answer("an answer without a result");
  }
  answer.request_id = request_id_of(*error);
  answer.result = fail(read_error(*error));
  return answer;
}

}  // namespace wasphere::ipc
