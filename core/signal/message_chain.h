// The receiving side of one symmetric chain, with the keys of messages that were skipped. Shared by
// the double ratchet and by sender keys.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/signal/failure.h"
#include "core/signal/kdf.h"

namespace wasphere::signal {

// Kept keys per chain; beyond it the oldest go.
inline constexpr std::size_t kMaxSkippedKeys = 2000;
// How many messages one message may skip; anything further is future_message.
inline constexpr std::uint32_t kMaxJump = 2000;
// For our own other devices, which may send long while we are offline.
inline constexpr std::uint32_t kMaxJumpOwnDevice = 25000;

struct SkippedKey {
  std::uint32_t index = 0;
  Secret<32> seed;
};

struct MessageChain {
  ChainKey next;
  std::vector<SkippedKey> skipped;  // ascending, all below next.index
};

// What reading one message needs and changes. Nothing changes before the message has proved
// genuine: read it with the seed, then commit.
struct ChainStep {
  Secret<32> seed;
  std::optional<std::size_t> kept;  // where in `skipped` the seed came from: a late message
  ChainKey next;                    // otherwise: the chain after the message,
  std::vector<SkippedKey> passed;   // and what it leaves behind
};

// duplicate, future_message, or invalid_message for the one index that has no successor.
Outcome<ChainStep> step_to(const MessageChain& chain, std::uint32_t index, std::uint32_t max_jump);
// `step` was made from this very chain.
void commit(MessageChain& chain, ChainStep step);

}  // namespace wasphere::signal
