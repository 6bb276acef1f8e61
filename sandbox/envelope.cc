#include "sandbox/envelope.h"

#include "sandbox/network.h"

namespace wasphere::sandbox {
namespace {

void read_children(Envelope& envelope) {
  for (const auto& child : envelope.stanza.children()) {
    if (child.tag == "enc") envelope.direct.push_back(&child);
    if (child.tag != "participants") continue;
    envelope.fan_out = true;
    for (const auto& to : child.children()) {
      const auto jid = to.tag == "to" ? to.jid("jid") : std::nullopt;
      if (jid) envelope.targets.push_back({*jid, to.child("enc")});
    }
  }
}

}  // namespace

bool Envelope::retry() const {
  for (const auto* enc : direct)
    if (enc->has("count")) return true;
  return false;
}

bool Envelope::to_one_device() const {
  return !fan_out && (stanza.has("participant") || to.device != 0 || retry());
}

std::string Envelope::address_space() const {
  if (group != nullptr) return std::string(group->space());
  if (status) return std::string(wire::kLidServer);
  return to.server;
}

Envelope open_envelope(const Network& network, const wire::Jid& sender, const wire::Node& stanza) {
  Envelope envelope{.stanza = stanza,
                    .sender = sender,
                    .account = *network.world.account_of(sender),
                    .id = stanza.attr_or("id", ""),
                    .to = stanza.jid("to").value_or(wire::Jid{})};
  envelope.time = runtime::unix_seconds(network.clock);
  envelope.recipient = network.world.account_of(envelope.to);
  envelope.group = network.groups.find(envelope.to);
  envelope.status = envelope.to.server == wire::kBroadcastServer && envelope.to.user == "status";
  envelope.peer = stanza.attr("category") == "peer";
  read_children(envelope);
  return envelope;
}

}  // namespace wasphere::sandbox
