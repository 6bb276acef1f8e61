#include "daemon/messaging/retry_keys.h"

#include "core/signal/session_cipher.h"
#include "core/stanza/usync.h"
#include "daemon/messaging/open_pairwise.h"

namespace wasphere::messaging {
namespace {

using signal::SessionRecord;
using stanza::RetryRequest;

void archive(InboundJob& job, const wire::Jid& device) {
  SessionRecord record = job.ratchets.session(device);
  signal::archive_current(record);
  job.ratchets.put(device, std::move(record));
}

// The identity key of the user's phone, as far as we have met it.
std::optional<crypto::PublicKey> account_key(InboundJob& job, const Person& requester) {
  if (job.self.own.is_own(requester.device) && job.self.device.account)
    return job.self.device.account->account_signature_key;
  const SessionRecord& phone = job.ratchets.session(requester.user);
  if (!phone.current) return std::nullopt;
  return phone.current->remote_identity;
}

bool acceptable(InboundJob& job, const RetryRequest& retry, const Person& requester) {
  if (retry.keys->one_time.empty()) return false;
  const SessionRecord& record = job.ratchets.session(requester.device);
  const bool other_registration =
      record.current && record.current->remote_registration_id != retry.registration_id;
  if (other_registration && job.self.own.is_own(requester.device)) return false;
  if (requester.device.device == 0) return true;
  return !retry.device_identity.empty() &&
         stanza::plausible_device_identity(retry.device_identity, retry.keys->identity,
                                           account_key(job, requester));
}

bool take_keys(InboundJob& job, const RetryRequest& retry, const Person& requester) {
  if (!acceptable(job, retry, requester)) return false;
  const SessionRecord& before = job.ratchets.session(requester.device);
  const bool changed = before.current && before.current->remote_identity != retry.keys->identity;
  auto record =
      signal::begin_session(before, job.self.identity, signal::to_bundle(*retry.keys), job.rng);
  if (!record) return false;
  job.ratchets.put(requester.device, std::move(*record));
  if (changed) identity_changed(job, requester);
  return true;
}

// A session that stays the same over several requests does not work for the other end.
bool is_stuck(InboundJob& job, const RetryAsked& asked, const Person& requester,
              const signal::SessionState& state) {
  const std::string device = requester.device.to_string();
  const std::string& id = asked.receipt.ids.front();
  const std::uint32_t count = asked.receipt.retry->count;
  if (count == 2) job.tx.messages.note_base_key(job.self.id(), device, id, state.base_key);
  if (count <= 2) return false;
  const Bytes noted = job.tx.messages.noted_base_key(job.self.id(), device, id);
  return noted == to_bytes(state.base_key);
}

void check_session(InboundJob& job, const RetryAsked& asked, const Person& requester) {
  const auto& current = job.ratchets.session(requester.device).current;
  if (!current) return;
  const bool other_registration =
      current->remote_registration_id != asked.receipt.retry->registration_id;
  if (other_registration || is_stuck(job, asked, requester, *current))
    archive(job, requester.device);
}

}  // namespace

bool renew_session(InboundJob& job, const RetryAsked& asked, const Person& requester) {
  const RetryRequest& retry = *asked.receipt.retry;
  if (retry.keys) return take_keys(job, retry, requester);
  check_session(job, asked, requester);
  return true;
}

}  // namespace wasphere::messaging
