#include "core/util/rng.h"

#include <catch2/catch.hpp>
#include <set>

#include "tests/support/seeded_rng.h"

using namespace wasphere;

TEST_CASE("a seeded source repeats itself, another seed does not") {
  CHECK(test::SeededRng(7).bytes(32) == test::SeededRng(7).bytes(32));
  CHECK(test::SeededRng(7).bytes(32) != test::SeededRng(8).bytes(32));
}

TEST_CASE("between includes both ends and nothing else") {
  test::SeededRng rng;
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 500; ++i) seen.insert(rng.between(3, 7));
  CHECK(seen == std::set<std::uint64_t>{3, 4, 5, 6, 7});
  CHECK(rng.between(9, 9) == 9);
}

TEST_CASE("between is even over a range that does not divide the generator's") {
  test::SeededRng rng;
  std::uint64_t high =
      3 * (UINT64_MAX / 4);  // without rejection, low values would come twice as often
  int low_third = 0;
  for (int i = 0; i < 3000; ++i) low_third += rng.between(0, high - 1) < high / 3 ? 1 : 0;
  CHECK(low_third > 900);
  CHECK(low_third < 1100);
}

TEST_CASE("between takes the whole range of 64 bits") {
  Bytes script{1, 2, 3, 4, 5, 6, 7, 8};
  test::ScriptedRng rng({script});
  CHECK(rng.between(0, UINT64_MAX) == 0x0102030405060708U);
  CHECK(rng.left() == 0);
  CHECK_THROWS(rng.bytes(1));
}
