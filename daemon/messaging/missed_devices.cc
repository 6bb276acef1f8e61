#include "daemon/messaging/missed_devices.h"

#include "core/model/message.h"
#include "daemon/messaging/copy.h"
#include "daemon/messaging/group_departure.h"
#include "daemon/messaging/recipient.h"

namespace wasphere::messaging {

using stanza::OutgoingMessage;
using wire::Jid;

namespace {

// Beyond that the devices are left to ask by themselves: floods of copies get accounts locked.
constexpr std::size_t kMostCopies = 100;

std::optional<Audience> audience_now(Desk& desk, const Jid& to, Needs& needs) {
  if (!is_group(to)) return direct_audience(desk.tx, desk.job, to, desk.gaps, needs);
  if (desk.gaps.groups.contains(to)) return std::nullopt;
  const auto cached = desk.tx.directory.group(desk.job.id(), to);
  if (cached && !cached->stale)
    return group_audience(desk.tx, desk.job, cached->info, desk.gaps, needs);
  needs.groups.insert(to);
  return std::nullopt;
}

std::vector<const Recipient*> not_reached(Desk& desk, const Audience& audience,
                                          const Missed& missed) {
  std::set<Jid> reached;
  for (const Jid& device : missed.reached)
    reached.insert(signal_address(desk.tx, desk.job, device));
  std::vector<const Recipient*> out;
  for (const Recipient& one : audience.recipients)
    if (!reached.contains(one.address) && out.size() < kMostCopies) out.push_back(&one);
  return out;
}

// In a group with our key, so that the device reads what follows as well.
Bytes content_for(Desk& desk, const Audience& audience, const Recipient& one,
                  const Bytes& message) {
  if (!is_group(audience.to))
    return one.own ? model::wrap_device_sent(message, audience.to) : message;
  const auto key = own_distribution(desk.tx, desk.job, audience.to);
  return key ? model::with_sender_key(message, audience.to, *key) : message;
}

void address_copy(Desk& desk, const Audience& audience, const Recipient& one,
                  OutgoingMessage& copy) {
  if (is_group(audience.to)) {
    copy.to = audience.to;
    copy.participant = one.wire;
    copy.addressing_mode = audience.addressing_mode;
    return;
  }
  copy.to = one.wire;
  copy.no_fanout = true;
  if (one.own) {
    copy.recipient = audience.to;
  } else {
    copy.privacy_token = privacy_token(desk.tx, desk.job, audience.peer);
  }
}

std::optional<OutgoingMessage> copy_for(Desk& desk, const Audience& audience, const Recipient& one,
                                        const store::SentMessage& sent) {
  const Bytes content = content_for(desk, audience, one, sent.message);
  auto enc = encrypt_with(desk.ratchets, desk.job, one.address, content);
  if (!enc) return std::nullopt;
  OutgoingMessage copy = begin_copy(desk.job, sent, std::move(*enc));
  address_copy(desk, audience, one, copy);
  desk.tx.messages.trace(desk.job.id(), sent.id, "resent",
                         one.wire.to_string() + ", which was missed", desk.job.now_ms);
  return copy;
}

}  // namespace

std::vector<OutgoingMessage> copies_for_missed(Desk& desk, const Missed& missed, Needs& needs) {
  std::vector<OutgoingMessage> out;
  const auto audience = audience_now(desk, missed.to, needs);
  if (!audience || !needs.none()) return out;
  const auto devices = not_reached(desk, *audience, missed);
  need_sessions(desk, devices, needs);
  if (!needs.none() || devices.empty()) return out;
  const auto sent = desk.tx.messages.sent(desk.job.id(), missed.id);
  if (!sent) return out;
  for (const Recipient* one : devices)
    if (auto copy = copy_for(desk, *audience, *one, *sent)) out.push_back(std::move(*copy));
  return out;
}

}  // namespace wasphere::messaging
