#include "core/crypto/system_rng.h"

#include <catch2/catch.hpp>
#include <set>
#include <thread>

namespace wasphere::crypto {
namespace {

TEST_CASE("no draw repeats another, whatever its size") {
  SystemRng rng;
  std::set<Bytes> seen;
  for (const std::size_t size : {16U, 17U, 31U, 33U, 64U, 65U, 512U, 600U})
    for (int i = 0; i < 100; ++i) CHECK(seen.insert(rng.bytes(size)).second);
}

TEST_CASE("every byte of a draw is drawn") {
  SystemRng rng;
  for (const std::size_t size : {1U, 3U, 64U, 700U}) {
    Bytes ever(size, 0);
    for (int i = 0; i < 64; ++i) {
      const Bytes drawn = rng.bytes(size);
      for (std::size_t at = 0; at < size; ++at) ever[at] |= drawn[at];
    }
    CHECK(ever == Bytes(size, 0xFF));
  }
  CHECK(rng.bytes(0).empty());
}

TEST_CASE("threads do not get each other's bytes") {
  SystemRng rng;
  Bytes theirs;
  std::thread other([&] { theirs = rng.bytes(32); });
  const Bytes ours = rng.bytes(32);
  other.join();
  CHECK(ours != theirs);
}

}  // namespace
}  // namespace wasphere::crypto
