#include "core/stanza/enc.h"
#include "core/stanza/fields.h"

namespace wasphere::stanza {

std::optional<MessageAck> parse_message_ack(const wire::Node& node) {
  if (node.tag != "ack" || node.attr("class") != "message") return std::nullopt;
  MessageAck out;
  auto from = node.jid("from");
  out.id = attr_word(node, "id");
  if (out.id.empty() || !from) return std::nullopt;
  out.from = *from;
  out.time = attr_time(node, "t").value_or(0);
  out.error = attr_u32(node, "error");
  // An error that is no number is one all the same.
  if (!out.error && node.has("error")) out.error = 0;
  out.phash = attr_word(node, "phash");
  out.addressing_mode = attr_word(node, "addressing_mode");
  out.refresh_lid = node.attr("refresh_lid") == "true";
  return out;
}

wire::Node build_message_ack(const MessageAck& ack) {
  wire::Node out{"ack", {{"class", "message"}, {"id", ack.id}, {"from", ack.from}}, {}};
  out.set("t", std::to_string(ack.time));
  if (ack.error) out.set("error", std::to_string(*ack.error));
  set_if(out, "phash", ack.phash);
  set_if(out, "addressing_mode", ack.addressing_mode);
  if (ack.refresh_lid) out.set("refresh_lid", "true");
  return out;
}

wire::Node build_chat_state(const wire::Jid& to, ChatState state) {
  wire::Node child{state == ChatState::paused ? "paused" : "composing", {}, {}};
  if (state == ChatState::recording) child.set("media", "audio");
  return {"chatstate", {{"to", to}}, wire::Nodes{std::move(child)}};
}

}  // namespace wasphere::stanza
