#include "core/stanza/iq.h"

#include "core/stanza/fields.h"

namespace wasphere::stanza {
namespace {

constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;
constexpr std::int64_t kWeekMs = 7 * kDayMs;

wire::Content content_of(wire::Nodes children) {
  if (children.empty()) return {};
  return children;
}

wire::Node ib(wire::Node child) {
  return {"ib", {}, wire::Nodes{std::move(child)}};
}

// "WhatsApp answered 400 (bad-request)".
std::string describe_error(const wire::Node& answer) {
  const wire::Node* error = answer.child("error");
  if (error == nullptr) return "WhatsApp answered with an error";
  std::string out = "WhatsApp answered " + harmless(error->attr_or("code", "with an error"));
  std::string text = harmless(error->attr_or("text", ""));
  if (!text.empty()) out += " (" + text + ")";
  return out;
}

wire::Node answer_to(const wire::Node& request, std::string type, wire::Nodes children) {
  wire::Node out{"iq", {}, content_of(std::move(children))};
  out.set("to", request.jid("from").value_or(wire::Jid::server_only()));
  out.set("type", std::move(type));
  out.set("id", request.attr_or("id", ""));
  return out;
}

}  // namespace

wire::Node iq(std::string_view id, std::string_view xmlns, std::string_view type,
              wire::Nodes children) {
  wire::Node out{"iq", {}, content_of(std::move(children))};
  out.set("to", wire::Jid::server_only());
  out.set("id", std::string(id));
  out.set("xmlns", std::string(xmlns));
  out.set("type", std::string(type));
  return out;
}

wire::Node iq_result(const wire::Node& request, wire::Nodes children) {
  return answer_to(request, "result", std::move(children));
}

wire::Node iq_error(const wire::Node& request, int code, std::string_view text) {
  wire::Node error{"error", {{"code", std::to_string(code)}, {"text", std::string(text)}}, {}};
  return answer_to(request, "error", {std::move(error)});
}

Status check_iq_result(const wire::Node& answer) {
  if (is_tag(answer, "iq", "result")) return {};
  if (is_tag(answer, "iq", "error")) return fail(ErrorCode::whatsapp_error, describe_error(answer));
  return malformed("an answer that is neither result nor error");
}

wire::Node ping(std::string_view id) {
  return iq(id, "w:p", "get");
}

wire::Node set_active(std::string_view id) {
  return iq(id, "passive", "set", {wire::Node{"active", {}, {}}});
}

wire::Node offline_batch(unsigned count) {
  return ib(text_attr_node("offline_batch", "count", std::to_string(count)));
}

wire::Node unified_session(std::uint64_t now_ms, std::int64_t server_offset_ms) {
  // Reduced before adding, so that no clock or offset can overflow.
  auto now = static_cast<std::int64_t>(now_ms % static_cast<std::uint64_t>(kWeekMs));
  std::int64_t sum = now + server_offset_ms % kWeekMs + 3 * kDayMs;
  std::int64_t id = (sum % kWeekMs + kWeekMs) % kWeekMs;
  return ib(text_attr_node("unified_session", "id", std::to_string(id)));
}

wire::Node presence(std::string_view type, std::string_view push_name) {
  wire::Node out{"presence", {{"type", std::string(type)}}, {}};
  if (!push_name.empty()) out.set("name", std::string(push_name));
  return out;
}

wire::Node clean_dirty(std::string_view id, std::string_view type, std::string_view timestamp) {
  wire::Node clean = text_attr_node("clean", "type", std::string(type));
  clean.set("timestamp", std::string(timestamp));
  return iq(id, "urn:xmpp:whatsapp:dirty", "set", {std::move(clean)});
}

wire::Node remove_companion(std::string_view id, const wire::Jid& own) {
  wire::Node remove{"remove-companion-device", {{"jid", own}, {"reason", "user_initiated"}}, {}};
  return iq(id, "md", "set", {std::move(remove)});
}

}  // namespace wasphere::stanza
