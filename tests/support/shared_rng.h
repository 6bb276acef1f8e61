// A seeded generator that the store thread and the pool may draw from, too.
#pragma once

#include <mutex>

#include "tests/support/seeded_rng.h"

namespace wasphere::test {

class SharedRng final : public Rng {
 public:
  void fill(std::span<std::uint8_t> out) override {
    std::lock_guard lock(mutex_);
    rng_.fill(out);
  }

 private:
  std::mutex mutex_;
  SeededRng rng_;
};

}  // namespace wasphere::test
