#include "ipc/openapi.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/util/version.h"
#include "ipc/commands.h"
#include "ipc/http_routes.h"
#include "ipc/json.h"
#include "ipc/json_schema.h"

namespace wasphere::ipc {
namespace {

using nlohmann::json;

// Any call can meet these, whatever it is about.
constexpr std::array kCommonErrors{ErrorCode::validation_failed, ErrorCode::invalid_request,
                                   ErrorCode::unauthorized,      ErrorCode::forbidden_scope,
                                   ErrorCode::forbidden_session, ErrorCode::forbidden_address,
                                   ErrorCode::rate_limited,      ErrorCode::internal,
                                   ErrorCode::shutting_down,     ErrorCode::storage_unavailable};
// And these if it has a body.
constexpr std::array kBodyErrors{ErrorCode::invalid_json, ErrorCode::payload_too_large,
                                 ErrorCode::unsupported_media_type};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool has_body(const CommandType& command) {
  return command.info.route.verb == HttpVerb::post || command.info.route.verb == HttpVerb::patch;
}

bool takes(const CommandType& command, std::string_view name) {
  return std::ranges::any_of(command.params->fields,
                             [&](const FieldInfo& field) { return field.name == name; });
}

// Whether it honours Idempotency-Key.
bool is_repeatable(const CommandType& command) {
  return takes(command, kIdempotencyField) || keeps_answer(command);
}

// The name under which a field travels in a query.
std::string query_name(const CommandType& command, std::string_view field) {
  if (!command.info.streaming) return std::string(field);
  if (field == "events") return "types";
  return field == "after" ? "since" : std::string(field);
}

json parameter(const CommandType& command, const FieldInfo& field, bool in_the_path) {
  json schema = field_schema(*command.params, field, Side::request);
  schema.erase("description");
  json out{{"name", in_the_path ? std::string(field.name) : query_name(command, field.name)},
           {"in", in_the_path ? "path" : "query"},
           {"required", in_the_path || field.required()},
           {"description", field.doc},
           {"schema", std::move(schema)}};
  if (field.value().kind == Kind::list) out["explode"] = true;
  return out;
}

json header(std::string_view name, std::string_view description, json schema) {
  return {{"name", name},
          {"in", "header"},
          {"required", false},
          {"description", description},
          {"schema", std::move(schema)}};
}

json parameters(const CommandType& command, std::string_view path) {
  json out = json::array();
  for (const FieldInfo& field : command.params->fields) {
    const bool in_the_path = in_path(path, field.name);
    if (in_the_path || !has_body(command)) out.push_back(parameter(command, field, in_the_path));
  }
  if (is_repeatable(command))
    out.push_back(header("Idempotency-Key",
                         "Makes a repetition harmless: for 24 hours the same request with the same "
                         "key gets the first answer again, with Idempotent-Replay: true.",
                         {{"type", "string"}, {"minLength", 1}, {"maxLength", 128}}));
  if (takes(command, kWaitField))
    out.push_back(
        header("Prefer", "respond-async, or wait=N for at most N seconds.", {{"type", "string"}}));
  if (command.info.streaming)
    out.push_back(header("Last-Event-ID", "The id of the last event that was seen.",
                         {{"type", "string"}, {"pattern", "^[0-9]+$"}}));
  return out;
}

json request_body(const CommandType& command, std::string_view path) {
  json schema = object_schema(*command.params, Side::request);
  json required = json::array();
  for (const FieldInfo& field : command.params->fields) {
    const std::string name(field.name);
    if (in_path(path, field.name)) {
      schema["properties"].erase(name);
    } else if (field.required()) {
      required.push_back(name);
    }
  }
  schema.erase("required");
  if (!required.empty()) schema["required"] = required;
  return {{"required", !required.empty()},
          {"content", {{"application/json", {{"schema", std::move(schema)}}}}}};
}

json common_headers() {
  return {{"X-Request-Id", {{"$ref", "#/components/headers/RequestId"}}}};
}

json success_content(const CommandType& command) {
  const std::string_view media = command.info.route.media;
  if (command.info.streaming) return {{"text/event-stream", {{"schema", {{"type", "string"}}}}}};
  if (!media.empty()) return {{std::string(media), {{"schema", {{"type", "string"}}}}}};
  return {{"application/json", {{"schema", object_schema(*command.result, Side::answer)}}}};
}

std::set<ErrorCode> errors_of(const CommandType& command) {
  std::set<ErrorCode> out(command.info.errors.begin(), command.info.errors.end());
  out.insert(kCommonErrors.begin(), kCommonErrors.end());
  if (has_body(command)) out.insert(kBodyErrors.begin(), kBodyErrors.end());
  if (is_repeatable(command)) {
    out.insert(ErrorCode::idempotency_mismatch);
    out.insert(ErrorCode::idempotency_in_flight);
  }
  const bool names_session =
      takes(command, "session") || takes(command, "sessionId") || takes(command, "sessions");
  if (names_session) out.insert(ErrorCode::session_not_found);
  return out;
}

// One response for each status; its description lists the codes.
void add_errors(json& responses, const CommandType& command) {
  std::map<int, std::string> texts;
  for (const ErrorCode code : errors_of(command)) {
    const ErrorInfo& info = error_info(code);
    std::string& text = texts[info.http_status];
    text += (text.empty() ? "" : " ") + std::string(info.name) + ": " + std::string(info.title);
  }
  for (const auto& [status, text] : texts) {
    responses[std::to_string(status)] = {
        {"description", text},
        {"headers", common_headers()},
        {"content",
         {{"application/problem+json", {{"schema", {{"$ref", "#/components/schemas/Problem"}}}}}}}};
  }
}

json responses(const CommandType& command) {
  const Route& route = command.info.route;
  json out = json::object();
  add_errors(out, command);
  const json success{{"description", command.info.returns},
                     {"headers", common_headers()},
                     {"content", success_content(command)}};
  out[std::to_string(route.success)] = success;
  if (route.other != 0) {
    // A problem may have this status as well.
    json& other = out[std::to_string(route.other)];
    if (other.is_null()) other = {{"headers", common_headers()}, {"content", json::object()}};
    other["content"].update(success_content(command));
    other["description"] = "The same, with the status " + std::string(route.other_when) + ".";
  }
  return out;
}

std::string tag_of(const CommandType& command) {
  return std::string(command.info.method.substr(0, command.info.method.find('.')));
}

json operation(const CommandType& command, std::string_view path, const std::string& id) {
  const CommandInfo& info = command.info;
  json out{{"operationId", id},
           {"summary", info.summary},
           {"tags", json::array({tag_of(command)})},
           {"responses", responses(command)}};
  std::string description(info.description);
  if (!info.anyone) {
    description += (description.empty() ? "" : "\n\n") + std::string("Scope: ") +
                   std::string(scope_name(info.scope));
    if (info.also != Scope::none) description += " or " + std::string(scope_name(info.also));
    description += ".";
  }
  if (!description.empty()) out["description"] = description;
  if (info.anyone) out["security"] = json::array();
  json with = parameters(command, path);
  if (!with.empty()) out["parameters"] = std::move(with);
  if (has_body(command)) out["requestBody"] = request_body(command, path);
  return out;
}

// A parameter of the path that takes one of a few words is written as those words: a template in
// that place would be the same path as that of a message's id.
struct Spelling {
  std::string path;
  std::string suffix;  // of the operation's id
};

std::vector<Spelling> spellings(const CommandType& command, const std::string& path) {
  for (const FieldInfo& field : command.params->fields) {
    const std::string name = "{" + std::string(field.name) + "}";
    const std::size_t at = path.find(name);
    if (at == path.npos || field.rules.choices.empty()) continue;
    std::vector<Spelling> out;
    for (const std::string_view choice : field.rules.choices) {
      const std::string word(choice);
      out.push_back({std::string(path).replace(at, name.size(), word), "." + word});
    }
    return out;
  }
  return {{path, ""}};
}

// A member that was written into the path is no longer sent.
void drop_written_out(json& operation, const CommandType& command, std::string_view path) {
  if (!operation.contains("requestBody")) return;
  json& schema = operation["requestBody"]["content"]["application/json"]["schema"];
  for (const FieldInfo& field : command.params->fields) {
    const std::string name(field.name);
    if (!in_path(path, field.name) || !schema["properties"].contains(name)) continue;
    schema["properties"].erase(name);
    if (!schema.contains("required")) continue;
    json& required = schema["required"];
    required.erase(std::remove(required.begin(), required.end(), json(name)), required.end());
    if (required.empty()) schema.erase("required");
  }
}

void add_spellings(json& paths, const CommandType& command, const std::string& path,
                   const std::string& id) {
  const std::string verb = lower(verb_name(command.info.route.verb));
  for (const Spelling& spelling : spellings(command, path)) {
    json made = operation(command, spelling.path, id + spelling.suffix);
    drop_written_out(made, command, path);
    paths[spelling.path][verb] = std::move(made);
  }
}

void add_operation(json& paths, const CommandType& command) {
  const std::string id(command.info.method);
  add_spellings(paths, command, std::string(command.info.route.path), id);
  const std::string second = second_path(command);
  if (!second.empty()) add_spellings(paths, command, second, id + ".ofSession");
}

json page_operation(const char* id, const char* summary, const char* media) {
  return {{"get",
           {{"operationId", id},
            {"summary", summary},
            {"tags", json::array({"documentation"})},
            {"security", json::array()},
            {"responses",
             {{"200",
               {{"description", "The document."},
                {"content", {{media, {{"schema", {{"type", "string"}}}}}}}}},
              {"429",
               {{"description", "RATE_LIMITED: Too many requests."},
                {"content",
                 {{"application/problem+json",
                   {{"schema", {{"$ref", "#/components/schemas/Problem"}}}}}}}}}}}}}};
}

json all_paths() {
  json out = json::object();
  for (const CommandType& command : daemon_commands())
    if (has_route(command)) add_operation(out, command);
  out["/api/docs"] =
      page_operation("documentation.page", "Show this interface as a page.", "text/html");
  out["/api/openapi.json"] =
      page_operation("documentation.openapi", "Give this document.", "application/json");
  out["/api/openapi.json"]["get"]["responses"]["200"]["content"]["application/json"]["schema"] = {
      {"type", "object"}};
  return out;
}

json event_webhook(const EventType& event) {
  json data = object_schema(*event.data, Side::answer);
  const json text{{"type", "string"}};
  const json may_be_null{{"type", json::array({"string", "null"})}};
  const json envelope{
      {"type", "object"},
      {"required", {"eventId", "event", "sessionId", "sessionName", "timestamp", "data"}},
      {"properties",
       {{"eventId", text},
        {"event", {{"type", "string"}, {"const", event.info.name}}},
        {"sessionId", may_be_null},
        {"sessionName", may_be_null},
        {"timestamp", {{"type", "string"}, {"format", "date-time"}}},
        {"data", std::move(data)}}}};
  return {{"post",
           {{"operationId", "event." + std::string(event.info.name)},
            {"summary", event.info.summary},
            {"tags", json::array({"events"})},
            {"security", json::array()},
            {"requestBody", {{"content", {{"application/json", {{"schema", envelope}}}}}}},
            {"responses",
             {{"2XX", {{"description", "The event was taken."}}},
              {"4XX", {{"description", "It was not; it is sent again."}}}}}}}};
}

json all_webhooks() {
  json out = json::object();
  for (const EventType& event : event_types())
    out[std::string(event.info.name)] = event_webhook(event);
  return out;
}

json problem_schema() {
  json codes = json::array();
  for (const ErrorInfo& info : all_errors()) codes.push_back(info.name);
  const json text{{"type", "string"}};
  const json whole{{"type", "integer"}};
  const json field{{"type", "object"},
                   {"required", {"pointer", "code", "message"}},
                   {"properties", {{"pointer", text}, {"code", text}, {"message", text}}}};
  return {{"type", "object"},
          {"description", "Problem details (RFC 9457); code is the stable part."},
          {"required",
           {"type", "title", "status", "detail", "code", "remedy", "requestId", "statusCode",
            "error", "message"}},
          {"properties",
           {{"type", text},
            {"title", text},
            {"status", whole},
            {"detail", text},
            {"code", {{"type", "string"}, {"enum", codes}}},
            {"remedy", text},
            {"requestId", text},
            {"statusCode", whole},
            {"error", text},
            {"message", text},
            {"retryAfterMs", whole},
            {"errors", {{"type", "array"}, {"items", field}}}}}};
}

json components() {
  return {
      {"schemas", {{"Problem", problem_schema()}}},
      {"headers",
       {{"RequestId",
         {{"description", "Names the request in logs; the one that was sent, if there was one."},
          {"schema", {{"type", "string"}}}}}}},
      {"securitySchemes",
       {{"ApiKey", {{"type", "apiKey"}, {"in", "header"}, {"name", "X-API-Key"}}},
        {"Bearer", {{"type", "http"}, {"scheme", "bearer"}}}}}};
}

json all_tags() {
  std::set<std::string> names{"documentation", "events"};
  for (const CommandType& command : daemon_commands())
    if (has_route(command)) names.insert(tag_of(command));
  json out = json::array();
  for (const std::string& name : names)
    out.push_back({{"name", name}, {"description", "Operations: " + name + "."}});
  return out;
}

}  // namespace

std::string openapi_document() {
  const json document{
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "WaSphere"},
        {"version", kVersion},
        {"description",
         "Self-hosted WhatsApp gateway. A session is one linked account; it is "
         "named by its id or its name."},
        {"license", {{"name", "MIT"}, {"identifier", "MIT"}}}}},
      {"servers", json::array({{{"url", "/"}, {"description", "The daemon's own listener."}}})},
      {"security", json::array({{{"ApiKey", json::array()}}, {{"Bearer", json::array()}}})},
      {"tags", all_tags()},
      {"paths", all_paths()},
      {"webhooks", all_webhooks()},
      {"components", components()}};
  return dump_json_pretty(document) + "\n";
}

}  // namespace wasphere::ipc
