// Randomness that a test can repeat.
#pragma once

#include <deque>
#include <stdexcept>

#include "core/util/rng.h"

namespace wasphere::test {

// The same seed gives the same bytes, on every machine (SplitMix64).
class SeededRng final : public Rng {
 public:
  explicit SeededRng(std::uint64_t seed = 1) : state_(seed) {}

  void fill(std::span<std::uint8_t> out) override {
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (i % 8 == 0) word_ = next();
      out[i] = static_cast<std::uint8_t>(word_ >> (8 * (i % 8)));
    }
  }

 private:
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }
  std::uint64_t state_;
  std::uint64_t word_ = 0;
};

// Hands out the bytes it was given, in order; asking for more is a fault of the test.
class ScriptedRng final : public Rng {
 public:
  explicit ScriptedRng(std::initializer_list<BytesView> script) {
    for (BytesView part : script) bytes_.insert(bytes_.end(), part.begin(), part.end());
  }
  std::size_t left() const { return bytes_.size(); }

  void fill(std::span<std::uint8_t> out) override {
    if (out.size() > bytes_.size()) throw std::logic_error("ScriptedRng: script too short");
    for (std::uint8_t& byte : out) {
      byte = bytes_.front();
      bytes_.pop_front();
    }
  }

 private:
  std::deque<std::uint8_t> bytes_;
};

}  // namespace wasphere::test
