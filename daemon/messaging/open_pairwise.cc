#include "daemon/messaging/open_pairwise.h"

#include "core/signal/session_cipher.h"

namespace wasphere::messaging {
namespace {

using signal::Decrypted;
using signal::Fault;
using signal::SessionRecord;

// Our own devices may have been away for long; protocol 2, section 1.4.
constexpr std::uint32_t kMaxJumpOwn = 25'000;

std::uint32_t max_jump(const InboundJob& job, const Person& sender) {
  return job.self.own.is_own(sender.device) ? kMaxJumpOwn : signal::kMaxJump;
}

std::optional<stanza::SignedPreKey> signed_pre_key(InboundJob& job, std::uint32_t id) {
  const stanza::SignedPreKey& current = job.self.device.signed_pre_key;
  if (current.id == id) return current;
  return job.tx.pre_keys.find_signed(job.self.id(), id);
}

signal::PreKeyInputs inputs_for(InboundJob& job, const SessionRecord& record,
                                const signal::PreKeyHeader& header) {
  signal::PreKeyInputs inputs;
  inputs.own = signal::local_identity(job.self.device);
  if (signal::find_base_key(record, header.base_key) != nullptr) return inputs;
  inputs.signed_pre_key = signed_pre_key(job, header.signed_pre_key_id);
  if (header.pre_key_id) inputs.one_time = job.tx.pre_keys.find(job.self.id(), *header.pre_key_id);
  return inputs;
}

signal::Outcome<Decrypted> decrypt(InboundJob& job, const Person& sender,
                                   const SessionRecord& record, const stanza::Enc& enc) {
  if (enc.type == stanza::EncType::msg) {
    WS_TRY(const auto message, signal::parse_signal_message(enc.body));
    return signal::decrypt(record, message, job.rng, max_jump(job, sender));
  }
  WS_TRY(const auto message, signal::parse_pre_key_signal_message(enc.body));
  const auto inputs = inputs_for(job, record, message.header);
  return signal::decrypt_pre_key(record, message, inputs, job.rng, max_jump(job, sender));
}

const signal::SessionState* newest(const SessionRecord& record) {
  if (record.current) return &*record.current;
  return record.archived.empty() ? nullptr : &record.archived.front();
}

bool other_identity(const SessionRecord& before, const SessionRecord& after) {
  const signal::SessionState* old = newest(before);
  return old != nullptr && after.current && old->remote_identity != after.current->remote_identity;
}

Bytes keep(InboundJob& job, const Person& sender, Decrypted opened) {
  if (opened.used_pre_key) job.tx.pre_keys.remove(job.self.id(), *opened.used_pre_key);
  const bool changed =
      opened.new_session && other_identity(job.ratchets.session(sender.device), opened.next);
  job.ratchets.put(sender.device, std::move(opened.next));
  if (changed) identity_changed(job, sender);
  return std::move(opened.plaintext);
}

bool may_be_under_phone(Fault fault) {
  return fault == Fault::no_session || fault == Fault::bad_mac;
}

// The states of `older` go behind those of `record`.
SessionRecord merged(SessionRecord record, const SessionRecord& older) {
  if (older.current) record.archived.push_back(*older.current);
  record.archived.insert(record.archived.end(), older.archived.begin(), older.archived.end());
  if (record.archived.size() > signal::kMaxArchivedStates)
    record.archived.resize(signal::kMaxArchivedStates);
  return record;
}

// The ratchet of the phone number, if there still is one: it belongs to the LID from now on.
std::optional<Bytes> open_under_phone(InboundJob& job, const Person& sender,
                                      const stanza::Enc& enc) {
  if (!sender.phone || !is_lid(sender.device)) return std::nullopt;
  wire::Jid phone = *sender.phone;
  phone.device = sender.device.device;
  const SessionRecord record = job.ratchets.session(phone);
  if (record.empty()) return std::nullopt;
  auto opened = decrypt(job, sender, record, enc);
  if (!opened) return std::nullopt;
  opened->next = merged(std::move(opened->next), job.ratchets.session(sender.device));
  job.ratchets.put(phone, SessionRecord{});
  return keep(job, sender, std::move(*opened));
}

}  // namespace

signal::Outcome<Bytes> open_pairwise(InboundJob& job, const Person& sender,
                                     const stanza::Enc& enc) {
  auto opened = decrypt(job, sender, job.ratchets.session(sender.device), enc);
  if (opened) return keep(job, sender, std::move(*opened));
  if (may_be_under_phone(opened.error().fault))
    if (auto plaintext = open_under_phone(job, sender, enc)) return std::move(*plaintext);
  return fail(opened.error());
}

void identity_changed(InboundJob& job, const Person& person) {
  job.ratchets.flush();
  job.tx.signal.forget_holder_everywhere(job.self.id(), person.user);
  job.tx.directory.drop_devices(job.self.id(), person.user);
  if (person.device.device != 0 || job.self.own.is_own(person.device)) return;
  events::IdentityChanged event;
  event.user = person.user.to_string();
  if (person.phone) event.phone = person.phone->to_string();
  job.tell(event);
}

}  // namespace wasphere::messaging
