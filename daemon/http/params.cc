#include "daemon/http/params.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "ipc/http_routes.h"
#include "ipc/json.h"

namespace wasphere::http {
namespace {

using nlohmann::json;

constexpr std::int64_t kSendWait = 15;  // seconds

Error bad_field(std::string_view field, const char* code, std::string message) {
  Error out{ErrorCode::validation_failed, "'" + std::string(field) + "' " + message};
  out.fields.push_back({"/" + std::string(field), code, std::move(message)});
  return out;
}

const ipc::FieldInfo* find_field(const ipc::CommandType& command, std::string_view name) {
  const auto found = std::ranges::find(command.params->fields, name, &ipc::FieldInfo::name);
  return found == command.params->fields.end() ? nullptr : &*found;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(at), text.size());
    out.push_back(trimmed(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::optional<std::int64_t> integer(std::string_view text) {
  std::int64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

// A text as what its field wants; what does not read as that stays text and is refused later, with
// the name of the field.
json typed(const ipc::ValueType& type, const std::string& text) {
  if (type.kind == ipc::Kind::integer) {
    if (const auto number = integer(text)) return *number;
  }
  if (type.kind == ipc::Kind::boolean && (text == "true" || text == "false")) return text == "true";
  return text;
}

class Params {
 public:
  explicit Params(const ipc::CommandType& command) : command_(command) {}

  Status body(const RequestHead& head, const std::string& text) {
    if (text.empty()) return {};
    if (command_.info.route.verb == ipc::HttpVerb::get)
      return fail(ErrorCode::invalid_request, "a GET request has no body here");
    const std::string type = lower(trimmed(split(head.header("content-type"), ';').empty()
                                               ? std::string_view()
                                               : split(head.header("content-type"), ';').front()));
    if (!type.empty() && type != "application/json" && !type.ends_with("+json"))
      return fail(ErrorCode::unsupported_media_type, "the body must be application/json");
    WS_TRY(out_, ipc::parse_json(text));
    if (out_.is_object()) return {};
    return fail(Error{ErrorCode::validation_failed,
                      "the body must be a JSON object",
                      {{"", "TYPE", "must be an object"}}});
  }

  Status put(const std::string& name, json value) {
    const auto found = out_.find(name);
    if (found != out_.end() && *found != value)
      return fail(bad_field(name, "CONFLICT", "is given twice with different values"));
    out_[name] = std::move(value);
    return {};
  }

  // Lists are written by repeating a parameter, or with commas.
  Status query(const std::string& name, const std::string& text) {
    const ipc::FieldInfo* field = find_field(command_, name);
    if (field == nullptr || field->value().kind != ipc::Kind::list)
      return put(name, field == nullptr ? json(text) : typed(field->value(), text));
    if (!out_.contains(name)) out_[name] = json::array();
    if (!out_[name].is_array()) return fail(bad_field(name, "CONFLICT", "is given twice"));
    for (const std::string_view item : split(text, ','))
      out_[name].push_back(typed(*field->value().element, std::string(item)));
    return {};
  }

  bool takes(std::string_view name) const { return find_field(command_, name) != nullptr; }
  bool has(std::string_view name) const { return out_.contains(name); }
  bool waits() const { return ipc::is_send(command_) && takes(ipc::kWaitField); }
  json take() { return std::move(out_); }

 private:
  const ipc::CommandType& command_;
  json out_ = json::object();
};

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

Status take_idempotency_key(const RequestHead& head, Params& params) {
  if (!params.takes(ipc::kIdempotencyField)) return {};
  WS_TRY(const std::optional<std::string> key, idempotency_key(head));
  if (!key) return {};
  return params.put(std::string(ipc::kIdempotencyField), json(*key));
}

// RFC 7240: what is not understood is ignored. Clients of the older service expect to be told that
// a message was sent, so that sends wait for it unless the request says otherwise.
Status take_preference(const RequestHead& head, Params& params) {
  if (!params.waits()) return {};
  for (const std::string_view preference : split(head.header("prefer"), ',')) {
    const std::string word = lower(preference);
    std::optional<std::int64_t> wait;
    if (word == "respond-async") wait = 0;
    if (word.starts_with("wait=")) wait = integer(std::string_view(word).substr(5));
    if (wait) return params.put(std::string(ipc::kWaitField), json(*wait));
  }
  if (!params.has(ipc::kWaitField))
    return params.put(std::string(ipc::kWaitField), json(kSendWait));
  return {};
}

}  // namespace

Result<std::optional<std::string>> idempotency_key(const RequestHead& head) {
  if (!head.has("idempotency-key")) return std::nullopt;
  const std::string_view key = head.header("idempotency-key");
  if (!key.empty() && key.size() <= 128 && is_printable(key)) return std::string(key);
  return fail(
      bad_field(ipc::kIdempotencyField, "LENGTH", "must be 1 to 128 printable ASCII characters"));
}

Result<json> request_params(const Match& match, const Target& target, const RequestHead& head,
                            const std::string& body) {
  Params params(*match.command);
  WS_CHECK(params.body(head, body));
  for (const auto& [name, value] : match.parameters) {
    WS_CHECK(params.put(name, json(value)));
  }
  for (const auto& [name, value] : target.query) {
    WS_CHECK(params.query(name, value));
  }
  WS_CHECK(take_idempotency_key(head, params));
  WS_CHECK(take_preference(head, params));
  return params.take();
}

}  // namespace wasphere::http
