#include "ipc/http_routes.h"

#include <algorithm>

namespace wasphere::ipc {
namespace {

constexpr std::string_view kMessages = "/api/messages";

bool has_field(const CommandType& command, std::string_view name) {
  return std::ranges::any_of(command.params->fields,
                             [&](const FieldInfo& field) { return field.name == name; });
}

}  // namespace

bool has_route(const CommandType& command) {
  return command.info.route.verb != HttpVerb::none && !command.info.local_only &&
         !command.info.hidden;
}

std::string second_path(const CommandType& command) {
  const std::string_view path = command.info.route.path;
  if (!path.starts_with(kMessages) || !has_field(command, "sessionId")) return {};
  return "/api/sessions/{sessionId}" + std::string(path.substr(4));
}

bool is_send(const CommandType& command) {
  return command.info.route.verb == HttpVerb::post &&
         command.info.route.path.starts_with(kMessages);
}

bool is_queued(const CommandType& command) {
  return has_field(command, kIdempotencyField);
}

bool keeps_answer(const CommandType& command) {
  return command.info.route.verb == HttpVerb::post && !is_queued(command);
}

bool in_path(std::string_view path, std::string_view field) {
  return path.find("{" + std::string(field) + "}") != path.npos;
}

std::string_view verb_name(HttpVerb verb) {
  switch (verb) {
    case HttpVerb::none:
      return "";
    case HttpVerb::get:
      return "GET";
    case HttpVerb::post:
      return "POST";
    case HttpVerb::patch:
      return "PATCH";
    case HttpVerb::del:
      return "DELETE";
  }
  return "";
}

}  // namespace wasphere::ipc
