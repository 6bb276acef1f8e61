#include "ipc/api_page.h"

#include <string_view>

#include "core/util/version.h"
#include "ipc/commands.h"
#include "ipc/http_routes.h"

namespace wasphere::ipc {
namespace {

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
h2 { margin-top: 3rem; border-bottom: 1px solid; }
h3 { margin-top: 2rem; }
code, .path { font-family: ui-monospace, monospace; }
.verb { font-weight: bold; display: inline-block; min-width: 4.5rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0;
         border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
td:first-child { white-space: nowrap; }
nav ul { columns: 2; padding-left: 1.2rem; }
)";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string code(std::string_view text) {
  return "<code>" + escaped(text) + "</code>";
}

std::string row(std::string_view name, const std::string& type, const std::string& text) {
  return "<tr><td>" + code(name) + "</td><td>" + escaped(type) + "</td><td>" + escaped(text) +
         "</td></tr>\n";
}

std::string place(const CommandType& command, const FieldInfo& field) {
  if (in_path(command.info.route.path, field.name)) return "path";
  const bool body =
      command.info.route.verb == HttpVerb::post || command.info.route.verb == HttpVerb::patch;
  return body ? "body" : "query";
}

std::string parameter_row(const CommandType& command, const FieldInfo& field) {
  std::string type = type_name(*field.type) + ", " + place(command, field);
  if (field.required()) type += ", required";
  std::string text(field.doc);
  if (const std::string rules = rules_text(field); !rules.empty()) text += " (" + rules + ")";
  if (const auto fallback = default_text(*command.params, field)) text += " Default: " + *fallback;
  return row(field.name, type, text);
}

void add_members(std::string& out, const ObjectType& object, const std::string& prefix) {
  for (const FieldInfo& field : object.fields) {
    const bool may_be_null = field.type->kind == Kind::optional;
    out += row(prefix + std::string(field.name),
               type_name(*field.type) + (may_be_null ? " or null" : ""), std::string(field.doc));
    const ValueType* type = &field.value();
    const std::string below =
        prefix + std::string(field.name) + (type->kind == Kind::list ? "[]." : ".");
    while (type->element != nullptr) type = type->element;
    if (type->object != nullptr) add_members(out, *type->object, below);
  }
}

std::string table(const std::string& rows) {
  return rows.empty() ? "" : "<table>\n" + rows + "</table>\n";
}

std::string errors_of(const CommandType& command) {
  std::string rows;
  for (const ErrorCode error : command.info.errors) {
    const ErrorInfo& info = error_info(error);
    rows += row(info.name, std::to_string(info.http_status), std::string(info.title));
  }
  return rows.empty() ? "" : "<p>Errors, besides those that any call can meet:</p>\n" + table(rows);
}

std::string permission(const CommandInfo& info) {
  if (info.anyone) return "<p>Needs no key.</p>\n";
  std::string out = "<p>Scope " + code(scope_name(info.scope));
  if (info.also != Scope::none) out += " or " + code(scope_name(info.also));
  return out + "</p>\n";
}

std::string operation(const CommandType& command) {
  const CommandInfo& info = command.info;
  std::string out = "<h3 id=\"" + escaped(info.method) + "\">" + escaped(info.summary) + "</h3>\n";
  out += "<p class=\"path\"><span class=\"verb\">" + std::string(verb_name(info.route.verb)) +
         "</span>" + escaped(info.route.path) + "</p>\n";
  if (const std::string second = second_path(command); !second.empty())
    out += "<p class=\"path\"><span class=\"verb\">or</span>" + escaped(second) + "</p>\n";
  if (!info.description.empty()) out += "<p>" + escaped(info.description) + "</p>\n";
  out += permission(info);
  std::string parameters;
  for (const FieldInfo& field : command.params->fields) parameters += parameter_row(command, field);
  out += table(parameters);
  out += "<p>" + std::to_string(info.route.success) + ": " + escaped(info.returns) + "</p>\n";
  std::string members;
  add_members(members, *command.result, "");
  return out + table(members) + errors_of(command);
}

std::string_view noun(const CommandType& command) {
  return command.info.method.substr(0, command.info.method.find('.'));
}

std::string operations() {
  std::string out;
  std::string_view last;
  for (const CommandType& command : daemon_commands()) {
    if (!has_route(command)) continue;
    if (noun(command) != last) out += "<h2>" + escaped(noun(command)) + "</h2>\n";
    last = noun(command);
    out += operation(command);
  }
  return out;
}

std::string contents() {
  std::string out = "<nav><ul>\n";
  for (const CommandType& command : daemon_commands()) {
    if (!has_route(command)) continue;
    out += "<li><a href=\"#" + escaped(command.info.method) + "\">" +
           escaped(command.info.summary) + "</a></li>\n";
  }
  return out + "</ul></nav>\n";
}

std::string events() {
  std::string out =
      "<h2>Events</h2>\n<p>Webhooks and <code>/api/events</code> carry the same "
      "objects; these are their <code>data</code>.</p>\n";
  for (const EventType& event : event_types()) {
    out +=
        "<h3>" + escaped(event.info.name) + "</h3>\n<p>" + escaped(event.info.summary) + "</p>\n";
    std::string members;
    add_members(members, *event.data, "");
    out += table(members);
  }
  return out;
}

std::string errors() {
  std::string rows;
  for (const ErrorInfo& info : all_errors())
    rows += row(info.name, std::to_string(info.http_status), std::string(info.title));
  return "<h2>Errors</h2>\n<p>Every failure is a problem object (RFC 9457); its <code>code</code> "
         "is one of these and does not change.</p>\n" +
         table(rows);
}

}  // namespace

std::string api_page() {
  std::string out =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n"
      "<title>WaSphere REST interface</title>\n<style>";
  out.append(kStyle).append("</style></head><body>\n<h1>WaSphere REST interface</h1>\n");
  out += "<p>Version " + escaped(kVersion) +
         ". Send your key as <code>X-API-Key</code>; bodies are JSON. The same as a document for "
         "programs: <a href=\"/api/openapi.json\">OpenAPI</a>.</p>\n";
  out +=
      "<p>Every POST takes <code>Idempotency-Key</code>, 1 to 128 printable ASCII characters: for "
      "24 hours the same request with the same key gets the first answer again, secrets included, "
      "with <code>Idempotent-Replay: true</code>, also after a restart. While the first is being "
      "worked on, and if the daemon was killed meanwhile, it is IDEMPOTENCY_IN_FLIGHT; another "
      "request under the key is IDEMPOTENCY_MISMATCH. A refusal (4xx, 503) is not kept.</p>\n";
  return out + contents() + operations() + events() + errors() + "</body></html>\n";
}

}  // namespace wasphere::ipc
