#include "core/stanza/server.h"

#include "core/stanza/fields.h"

namespace wasphere::stanza {
namespace {

wire::Node ib(wire::Node child) {
  return {"ib", {{"from", wire::Jid::server_only()}}, wire::Nodes{std::move(child)}};
}

void set_if(wire::Node& node, std::string key, std::string value) {
  if (!value.empty()) node.set(std::move(key), std::move(value));
}

}  // namespace

wire::Node build_success(const SuccessContent& content) {
  wire::Node out{"success", {{"t", std::to_string(content.time)}, {"lid", content.lid}}, {}};
  for (const char* counter : {"props", "abprops", "group_abprops"}) out.set(counter, "1");
  set_if(out, "display_name", content.display_name);
  set_if(out, "location", content.location);
  if (content.creation != 0) out.set("creation", std::to_string(content.creation));
  return out;
}

wire::Node build_failure(const FailureContent& content) {
  wire::Node out{"failure", {}, {}};
  if (content.reason != 0) out.set("reason", std::to_string(content.reason));
  if (content.code) out.set("code", std::to_string(*content.code));
  if (content.expire) out.set("expire", std::to_string(*content.expire));
  set_if(out, "location", content.location);
  return out;
}

wire::Node build_stream_error(const StreamErrorContent& content) {
  wire::Node out{"stream:error", {}, {}};
  if (content.code) out.set("code", std::to_string(*content.code));
  wire::Nodes children;
  if (!content.conflict.empty())
    children.push_back(text_attr_node("conflict", "type", content.conflict));
  if (content.child) children.push_back(*content.child);
  if (!children.empty()) out.content = std::move(children);
  return out;
}

wire::Node build_device_removed() {
  return build_stream_error({.code = 401, .conflict = "device_removed", .child = {}});
}

wire::Node build_replaced() {
  return build_stream_error({.code = {}, .conflict = "replaced", .child = {}});
}

wire::Node build_restart_required() {
  return build_stream_error({.code = 515, .conflict = {}, .child = {}});
}

wire::Node build_stream_end() {
  return {"xmlstreamend", {}, {}};
}

wire::Node build_edge_routing(BytesView routing_info) {
  return ib({"edge_routing", {}, wire::Nodes{leaf("routing_info", routing_info)}});
}

wire::Node build_offline_preview(const OfflinePreview& preview) {
  wire::Node out{"offline_preview", {}, {}};
  out.set("count", std::to_string(preview.count));
  out.set("message", std::to_string(preview.messages));
  out.set("receipt", std::to_string(preview.receipts));
  out.set("notification", std::to_string(preview.notifications));
  out.set("appdata", std::to_string(preview.appdata));
  return ib(std::move(out));
}

wire::Node build_offline(std::uint32_t count) {
  return ib(text_attr_node("offline", "count", std::to_string(count)));
}

wire::Node build_dirty(std::string_view type, std::string_view timestamp) {
  wire::Node dirty = text_attr_node("dirty", "type", std::string(type));
  dirty.set("timestamp", std::string(timestamp));
  return ib(std::move(dirty));
}

wire::Node build_client_expiration(std::optional<std::uint64_t> time) {
  wire::Node out{"client_expiration", {}, {}};
  if (time) out.set("t", std::to_string(*time));
  return ib(std::move(out));
}

wire::Node build_downgrade_webclient() {
  return ib({"downgrade_webclient", {}, {}});
}

std::optional<std::uint32_t> parse_offline_batch(const wire::Node& node) {
  const wire::Node* batch = node.tag == "ib" ? node.child("offline_batch") : nullptr;
  return batch == nullptr ? std::nullopt : attr_u32(*batch, "count");
}

wire::Node build_notification(std::string_view id, std::string_view type, std::uint64_t time,
                              wire::Nodes children) {
  return {"notification",
          {{"from", wire::Jid::server_only()},
           {"type", std::string(type)},
           {"id", std::string(id)},
           {"t", std::to_string(time)}},
          std::move(children)};
}

wire::Node build_prekey_count_notification(std::string_view id, std::uint64_t time,
                                           std::uint32_t count) {
  return build_notification(id, "encrypt", time,
                            {text_attr_node("count", "value", std::to_string(count))});
}

wire::Node build_server_ack(const wire::Node& stanza, std::uint64_t time) {
  return {"ack",
          {{"class", stanza.tag},
           {"id", stanza.attr_or("id", "")},
           {"from", stanza.jid("to").value_or(wire::Jid::server_only())},
           {"t", std::to_string(time)}},
          {}};
}

wire::Node build_server_ping(std::string_view id) {
  return {"iq",
          {{"from", wire::Jid::server_only()},
           {"type", "get"},
           {"id", std::string(id)},
           {"xmlns", "urn:xmpp:ping"}},
          wire::Nodes{wire::Node{"ping", {}, {}}}};
}

}  // namespace wasphere::stanza
