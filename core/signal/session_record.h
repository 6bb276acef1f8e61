// SessionRecord: everything kept about the ratchets with one remote device, as a value.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/crypto/curve.h"
#include "core/signal/message_chain.h"
#include "core/util/result.h"

namespace wasphere::signal {

inline constexpr std::size_t kMaxReceiverChains = 5;
inline constexpr std::size_t kMaxArchivedStates = 40;
// Over all chains of a record. The limits of chains alone would let a peer grow it to 15 MB, to be
// written at each of its messages.
inline constexpr std::size_t kMaxSkippedKeysPerRecord = 2 * kMaxSkippedKeys;

struct ReceiverChain {
  crypto::PublicKey ratchet_key{};
  MessageChain messages;
};

// While the peer has not answered, every message carries what it needs to build the session.
struct PendingPreKey {
  std::optional<std::uint32_t> pre_key_id;
  std::uint32_t signed_pre_key_id = 0;
};

// One double ratchet.
struct SessionState {
  crypto::PublicKey local_identity{};
  crypto::PublicKey remote_identity{};
  std::uint32_t local_registration_id = 0;
  std::uint32_t remote_registration_id = 0;
  crypto::PublicKey base_key{};  // of the initiator: names this session to both ends
  Secret<32> root_key;
  crypto::KeyPair ratchet_key;  // ours
  ChainKey sending;
  std::uint32_t previous_counter = 0;    // the last index used in the sending chain before
  std::vector<ReceiverChain> receiving;  // oldest first, at most kMaxReceiverChains
  std::optional<PendingPreKey> pending;  // we are the initiator and have not been answered
};

struct SessionRecord {
  std::optional<SessionState> current;  // the one to send with; absent: a bundle is needed
  std::vector<SessionState> archived;   // newest first, at most kMaxArchivedStates

  bool empty() const { return !current && archived.empty(); }
};

// The state, current or archived, that this initiator's base key began; null if there is none. A
// pre-key message whose base key is known needs no pre-keys to be opened.
const SessionState* find_base_key(const SessionRecord& record, const crypto::PublicKey& base_key);
// Puts the current state in front of the archived ones: messages under way still open, and the next
// outgoing message needs a new bundle. The oldest archived state goes beyond the limit.
void archive_current(SessionRecord& record);

// Keeps the newest keys of skipped messages within kMaxSkippedKeysPerRecord: those of the current
// state before those of archived ones, of later chains before those of earlier ones.
void trim_skipped_keys(SessionRecord& record);

// Versioned and compact; about 320 bytes for a settled session. The bytes are secret: seal them,
// wipe them after use.
Bytes serialize(const SessionRecord& record);
// Total: storage_corrupt on anything that serialize() does not write.
Result<SessionRecord> parse_session_record(BytesView bytes);

}  // namespace wasphere::signal
