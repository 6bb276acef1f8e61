#include "daemon/messaging/ratchets.h"

namespace wasphere::messaging {

const signal::SessionRecord& Ratchets::session(const wire::Jid& device) {
  const auto known = sessions_.find(device);
  if (known != sessions_.end()) return known->second.record;
  auto& kept = sessions_[device];
  kept.record = repo_.session(session_id_, device);
  return kept.record;
}

void Ratchets::put(const wire::Jid& device, signal::SessionRecord record) {
  sessions_[device] = {std::move(record), true};
}

const signal::SenderKeyRecord& Ratchets::sender_key(const wire::Jid& group,
                                                    const wire::Jid& sender) {
  const std::pair key{group, sender};
  const auto known = sender_keys_.find(key);
  if (known != sender_keys_.end()) return known->second.record;
  auto& kept = sender_keys_[key];
  kept.record = repo_.sender_key(session_id_, group, sender);
  return kept.record;
}

void Ratchets::put(const wire::Jid& group, const wire::Jid& sender,
                   signal::SenderKeyRecord record) {
  sender_keys_[{group, sender}] = {std::move(record), true};
}

void Ratchets::flush() {
  for (auto& [device, kept] : sessions_)
    if (std::exchange(kept.changed, false)) repo_.save_session(session_id_, device, kept.record);
  for (auto& [key, kept] : sender_keys_)
    if (std::exchange(kept.changed, false))
      repo_.save_sender_key(session_id_, key.first, key.second, kept.record);
}

void Ratchets::forget() {
  flush();
  sessions_.clear();
  sender_keys_.clear();
}

}  // namespace wasphere::messaging
