#include "core/stanza/message_server.h"

#include <algorithm>

#include "core/stanza/enc.h"
#include "core/stanza/fields.h"
#include "core/stanza/stamp.h"

namespace wasphere::stanza {
namespace {

const Enc* enc_for(const OutgoingMessage& message, const wire::Jid& device) {
  auto found = std::ranges::find(message.targets, device, &Target::device);
  bool named = found != message.targets.end() && !found->enc.body.empty();
  return named ? &found->enc : nullptr;
}

wire::Nodes content_for(const OutgoingMessage& message, const Enc* direct) {
  wire::Nodes out;
  if (direct != nullptr) out.push_back(enc_node(*direct));
  if (message.common) out.push_back(enc_node(*message.common));
  if (!message.device_identity.empty())
    out.push_back(leaf("device-identity", message.device_identity));
  if (!message.meta.empty()) out.push_back({"meta", message.meta, {}});
  out.insert(out.end(), message.extra.begin(), message.extra.end());
  return out;
}

void set_message_attributes(wire::Node& out, const OutgoingMessage& message) {
  out.set("type", message.type);
  set_if(out, "edit", message.edit);
  set_if(out, "addressing_mode", message.addressing_mode);
  if (message.peer) out.set("category", "peer");
  set_if(out, "push_priority", message.push_priority);
}

}  // namespace

std::optional<wire::Node> build_delivery(const OutgoingMessage& message, const wire::Jid& device,
                                         const Stamp& stamp) {
  const Enc* direct = enc_for(message, device);
  if (direct == nullptr && !message.common) return std::nullopt;
  wire::Node out{"message", {{"id", message.id}}, content_for(message, direct)};
  write_stamp(out, stamp);
  set_message_attributes(out, message);
  set_if(out, "notify", stamp.push_name);
  return out;
}

wire::Node forward_chat_state(const wire::Node& chat_state, const wire::Jid& from,
                              const std::optional<wire::Jid>& participant) {
  wire::Node out{"chatstate", {{"from", from}}, chat_state.content};
  set_if(out, "participant", participant);
  return out;
}

}  // namespace wasphere::stanza
