// Random numbers for production, seeded by the operating system.
#pragma once

#include "core/util/rng.h"

namespace wasphere::crypto {

// Cryptographically strong; may be used from any thread, but not in a child after fork(), which
// would get the bytes of its parent. Throws if the system has no entropy to give, rather than hand
// out bytes that can be guessed.
class SystemRng final : public Rng {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

}  // namespace wasphere::crypto
