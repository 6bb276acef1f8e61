#include "daemon/messaging/retry_request.h"

#include <algorithm>

namespace wasphere::messaging {
namespace {

using signal::Fault;

constexpr int kMaxRetries = 5;

// A copy that came for our n-th request and cannot be read either is followed by the next one,
// whatever our own counter says.
int next_count(const stanza::IncomingMessage& message) {
  std::uint32_t count = 0;
  for (const stanza::Enc& enc : message.encs) count = std::max(count, enc.count);
  return static_cast<int>(std::min<std::uint32_t>(count, kMaxRetries)) + 1;
}

// Without a session, or with one that cannot be built, only new keys help.
bool needs_keys(int count, Fault fault) {
  return count >= 2 || fault == Fault::no_session || fault == Fault::invalid_key_id;
}

stanza::OwnKeys fresh_keys(InboundJob& job) {
  const stanza::Device& device = job.self.device;
  const stanza::PreKey one_time = job.tx.pre_keys.make_given(job.self.id(), job.rng);
  stanza::OwnKeys keys;
  keys.identity = device.identity_key.public_key;
  keys.one_time = {one_time.id, one_time.key.public_key};
  keys.signed_id = device.signed_pre_key.id;
  keys.signed_key = device.signed_pre_key.key.public_key;
  keys.signature = device.signed_pre_key.signature;
  if (device.account) keys.device_identity = device.account->signed_identity;
  return keys;
}

}  // namespace

AskedAgain ask_again(InboundJob& job, const Scene& scene, const stanza::IncomingMessage& message,
                     Fault fault) {
  AskedAgain out;
  const int count =
      job.tx.messages.count_retry(job.self.id(), scene.base.chat, scene.base.sender_device,
                                  message.id, false, next_count(message));
  out.first = count == 1;
  out.given_up = count == kMaxRetries + 1;
  if (count > kMaxRetries) return out;
  std::optional<stanza::OwnKeys> keys;
  if (needs_keys(count, fault)) keys = fresh_keys(job);
  out.receipt = stanza::build_retry_receipt(message, static_cast<std::uint32_t>(count),
                                            signal::retry_code(fault).value_or(0),
                                            job.self.device.registration_id, keys);
  return out;
}

model::MessageKey phone_key(const Scene& scene) {
  model::MessageKey key;
  key.chat = scene.base.chat;
  key.from_me = scene.base.from_me;
  key.id = scene.base.id;
  if (scene.group && !key.from_me) key.participant = scene.base.sender;
  return key;
}

std::string_view fault_name(Fault fault) {
  switch (fault) {
    case Fault::duplicate:
      return "duplicate";
    case Fault::no_session:
      return "no_session";
    case Fault::invalid_key:
      return "invalid_key";
    case Fault::invalid_key_id:
      return "invalid_key_id";
    case Fault::invalid_message:
      return "invalid_message";
    case Fault::invalid_signature:
      return "invalid_signature";
    case Fault::future_message:
      return "future_message";
    case Fault::bad_mac:
      return "bad_mac";
    case Fault::invalid_session:
      return "invalid_session";
  }
  return "";
}

}  // namespace wasphere::messaging
