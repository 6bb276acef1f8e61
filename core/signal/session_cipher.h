// X3DH and the double ratchet with one remote device, as functions from record to record (protocol
// 2, sections 1.3 to 1.5). Records are taken by value: move in what was just parsed and nothing is
// copied. On a failure the record the caller kept, or still has stored, is the valid one. Store the
// record that comes out before its message leaves, or before the received one is acknowledged.
#pragma once

#include "core/signal/failure.h"
#include "core/signal/keys.h"
#include "core/signal/session_record.h"
#include "core/signal/wire_format.h"

namespace wasphere::signal {

// Starts a session as initiator. The current state, if any, is archived. invalid_signature or
// invalid_key for a bundle that must not be used.
Outcome<SessionRecord> begin_session(SessionRecord record, const LocalIdentity& own,
                                     const PreKeyBundle& bundle, Rng& rng);

enum class CiphertextType : std::uint8_t { msg, pkmsg };  // as in <enc type>

struct Encrypted {
  SessionRecord next;
  CiphertextType type = CiphertextType::msg;
  Bytes body;
};
// `plaintext` is padded already. no_session without a current state.
Outcome<Encrypted> encrypt(SessionRecord record, BytesView plaintext);

struct Decrypted {
  SessionRecord next;  // the state that opened the message is the current one
  Bytes plaintext;     // still padded
  // True if a pre-key message began a session: next.current->remote_identity may be new to us, and
  // what used_pre_key names is to be deleted in the transaction that stores `next`.
  bool new_session = false;
  std::optional<std::uint32_t> used_pre_key;
};
// Tries the state whose chain the message names; if it names a new chain, every state, current
// first. An archived state becomes the current one, unless its identity is no longer the peer's.
Outcome<Decrypted> decrypt(SessionRecord record, const SignalMessage& message, Rng& rng,
                           std::uint32_t max_jump = kMaxJump);

// Our keys that a pre-key message names, as far as we have them. Look up by the ids of its header;
// not needed when find_base_key() knows its base key.
struct PreKeyInputs {
  LocalIdentity own;
  std::optional<stanza::SignedPreKey> signed_pre_key;
  std::optional<stanza::PreKey> one_time;
};
// invalid_key_id if a key the message names is not among the inputs.
Outcome<Decrypted> decrypt_pre_key(SessionRecord record, const PreKeySignalMessage& message,
                                   const PreKeyInputs& inputs, Rng& rng,
                                   std::uint32_t max_jump = kMaxJump);

}  // namespace wasphere::signal
