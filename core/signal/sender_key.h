// Sender keys: one record per (group, sending device), ours or another's (protocol 2, section 1.6).
// Pure functions from record to record, with the contract of session_cipher.h. Taking the
// distribution message and encrypting the message it accompanies must be one step for the caller.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/crypto/edwards.h"
#include "core/signal/message_chain.h"
#include "core/signal/wire_format.h"

namespace wasphere::signal {

inline constexpr std::size_t kMaxSenderKeyStates = 5;

struct SenderKeyState {
  std::uint32_t key_id = 0;
  MessageChain chain;
  crypto::PublicKey signing_key{};
  crypto::EdwardsKey edwards;  // of the signing key: messages are signed and checked with this
  std::optional<crypto::PrivateKey> signing_private;  // only in our own record
};

struct SenderKeyRecord {
  std::vector<SenderKeyState> states;  // newest first, at most kMaxSenderKeyStates

  bool empty() const { return states.empty(); }
};

// A key of our own to begin with, or to rotate to: an earlier record is simply replaced.
SenderKeyRecord new_sender_key(Rng& rng);
// For devices that lack our key. Take it before encrypting, so that they cannot read what came
// before. no_session if the record holds no key of ours.
Outcome<SenderKeyDistributionMessage> distribution(const SenderKeyRecord& record);

struct GroupEncrypted {
  SenderKeyRecord next;
  Bytes body;
};
// `plaintext` is padded already. no_session if the record holds no key of ours.
Outcome<GroupEncrypted> group_encrypt(SenderKeyRecord record, BytesView plaintext, Rng& rng);

// Takes in another device's key. One that is known already, redelivered, does not rewind its chain.
// invalid_key if no signature could ever be valid under its signing key.
Outcome<SenderKeyRecord> process_distribution(SenderKeyRecord record,
                                              const SenderKeyDistributionMessage& message);

struct GroupDecrypted {
  SenderKeyRecord next;
  Bytes plaintext;  // still padded
};
// no_session if the key is missing: its distribution message never came.
Outcome<GroupDecrypted> group_decrypt(SenderKeyRecord record, const SenderKeyMessage& message,
                                      std::uint32_t max_jump = kMaxJump);

// As for session records.
Bytes serialize(const SenderKeyRecord& record);
Result<SenderKeyRecord> parse_sender_key_record(BytesView bytes);

}  // namespace wasphere::signal
