// Randomness is passed in: the system's in production, a seeded one in tests.
#pragma once

#include <span>

#include "core/util/bytes.h"

namespace wasphere {

class Rng {
 public:
  virtual ~Rng() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;

  Bytes bytes(std::size_t count);
  template <std::size_t N>
  ByteArray<N> array() {
    ByteArray<N> out;
    fill(out);
    return out;
  }
  // Uniform in [low, high], both included. Precondition: low <= high.
  std::uint64_t between(std::uint64_t low, std::uint64_t high);
};

}  // namespace wasphere
