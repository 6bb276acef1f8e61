#include "daemon/messaging/encryption.h"

#include "core/signal/padding.h"
#include "core/signal/session_cipher.h"
#include "daemon/runtime/log.h"

namespace wasphere::messaging {

using stanza::Enc;
using stanza::EncType;
using wire::Jid;

std::optional<Enc> encrypt_with(Ratchets& ratchets, const JobContext& job, const Jid& address,
                                BytesView message) {
  const signal::SessionRecord& record = ratchets.session(address);
  if (!record.current) return std::nullopt;
  auto sealed = signal::encrypt(record, signal::pad(message, job.rng));
  if (!sealed) {
    runtime::log_warning("messaging", "{}: a ratchet could not go on: {}", job.id(),
                         sealed.error().message);
    return std::nullopt;
  }
  ratchets.put(address, std::move(sealed->next));
  Enc out;
  out.type = sealed->type == signal::CiphertextType::pkmsg ? EncType::pkmsg : EncType::msg;
  out.body = std::move(sealed->body);
  return out;
}

std::optional<Enc> encrypt_for(store::Tx& tx, const JobContext& job, const Jid& device,
                               BytesView message) {
  Ratchets ratchets(tx.signal, job.id());
  auto out = encrypt_with(ratchets, job, signal_address(tx, job, device), message);
  ratchets.flush();
  return out;
}

bool has_session(store::Tx& tx, const JobContext& job, const Jid& device) {
  return tx.signal.session(job.id(), signal_address(tx, job, device)).current.has_value();
}

// Our own pair is known without having been learnt.
Jid signal_address(store::Tx& tx, const JobContext& job, const Jid& device) {
  const bool own = job.own.is_own(device);
  if (own && !job.own.lid.server.empty())
    return {job.own.lid.user, job.own.lid.server, device.device};
  return tx.directory.canonical(job.id(), device);
}

Jid own_sender_name(const stanza::OwnAddresses& own) {
  return own.lid.server.empty() ? own.jid : own.lid;
}

std::optional<Bytes> own_distribution(store::Tx& tx, const JobContext& job, const Jid& group) {
  const auto record = tx.signal.sender_key(job.id(), group, own_sender_name(job.own));
  const auto message = signal::distribution(record);
  if (!message) return std::nullopt;
  return signal::build(*message);
}

void learn_pair(store::Tx& tx, const std::string& session_id, const Jid& phone, const Jid& lid,
                bool overwrite) {
  const Jid bare_phone = phone.without_device();
  const Jid bare_lid = lid.without_device();
  if (tx.directory.learn(session_id, bare_phone, bare_lid, overwrite))
    tx.signal.migrate(session_id, bare_phone, bare_lid);
}

}  // namespace wasphere::messaging
