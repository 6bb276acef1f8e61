#include "ipc/error_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace wasphere::ipc {
namespace {

using nlohmann::json;

// SESSION_NOT_FOUND -> urn:wasphere:error:session-not-found
std::string error_urn(std::string_view name) {
  std::string out = "urn:wasphere:error:";
  for (const char c : name) {
    out.push_back(c == '_' ? '-' : static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c));
  }
  return out;
}

json fields_to_json(const std::vector<FieldError>& fields) {
  json out = json::array();
  for (const FieldError& field : fields) {
    out.push_back({{"pointer", field.pointer}, {"code", field.code}, {"message", field.message}});
  }
  return out;
}

std::string text_member(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

ErrorCode known_code(std::string_view name, int rpc_code) {
  const auto errors = all_errors();
  const bool known =
      std::ranges::any_of(errors, [&](const ErrorInfo& info) { return info.name == name; });
  if (known) return error_from_name(name);
  const auto same_number = std::ranges::find_if(
      errors, [&](const ErrorInfo& info) { return info.rpc_code == rpc_code; });
  return same_number == errors.end() ? ErrorCode::internal : same_number->code;
}

std::vector<FieldError> fields_from_json(const json& object) {
  std::vector<FieldError> out;
  const auto found = object.find("errors");
  if (found == object.end() || !found->is_array()) return out;
  for (const json& field : *found) {
    if (!field.is_object()) continue;
    out.push_back(
        {text_member(field, "pointer"), text_member(field, "code"), text_member(field, "message")});
  }
  return out;
}

}  // namespace

json error_to_json(const Error& error, std::string_view request_id) {
  const ErrorInfo& info = error_info(error.code);
  json out{{"type", error_urn(info.name)},
           {"title", info.title},
           {"status", info.http_status},
           {"detail", error.message},
           {"code", info.name},
           {"remedy", error.remedy.empty() ? std::string(info.remedy) : error.remedy}};
  if (!request_id.empty()) out["requestId"] = request_id;
  if (!error.fields.empty()) out["errors"] = fields_to_json(error.fields);
  if (error.retry_after_ms > 0) out["retryAfterMs"] = error.retry_after_ms;
  return out;
}

Error error_from_json(const json& data, int rpc_code) {
  Error error;
  if (!data.is_object()) {
    error.code = known_code({}, rpc_code);
    return error;
  }
  error.code = known_code(text_member(data, "code"), rpc_code);
  error.message = text_member(data, "detail");
  error.remedy = text_member(data, "remedy");
  error.fields = fields_from_json(data);
  const auto retry = data.find("retryAfterMs");
  if (retry != data.end() && retry->is_number_integer()) {
    error.retry_after_ms = std::max<std::int64_t>(0, retry->get<std::int64_t>());
  }
  return error;
}

}  // namespace wasphere::ipc
