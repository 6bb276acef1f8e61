#include <catch2/catch.hpp>

#include "tests/support/seeded_rng.h"
#include "tests/unit/signal_oracle/oracle.h"

using namespace wasphere;

TEST_CASE("curve against the oracle: signatures verify both ways") {
  oracle::Oracle theirs(1);
  test::SeededRng rng(2);
  for (int i = 0; i < 100; ++i) {
    auto pair = crypto::KeyPair::generate(rng);
    Bytes message = rng.bytes(static_cast<std::size_t>(i));
    auto ours = crypto::sign(pair.private_key, message, rng);
    CHECK(theirs.verify(pair.public_key, message, ours));
    CHECK(crypto::verify(pair.public_key, message, theirs.sign(pair.private_key, message)));
    ours[static_cast<std::size_t>(i) % 63] ^= 1;
    CHECK_FALSE(theirs.verify(pair.public_key, message, ours));
    CHECK_FALSE(crypto::verify(pair.public_key, message, ours));
  }
}

TEST_CASE("curve against the oracle: agreements are the same") {
  oracle::Oracle theirs(1);
  test::SeededRng rng(2);
  for (int i = 0; i < 100; ++i) {
    auto a = crypto::KeyPair::generate(rng);
    auto b = crypto::KeyPair::generate(rng);
    CHECK(crypto::agree(a.private_key, b.public_key).value().array() ==
          theirs.agree(b.private_key, a.public_key));
  }
}
