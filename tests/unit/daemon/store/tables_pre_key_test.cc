#include <catch2/catch.hpp>

#include "daemon/store/tables.h"
#include "tests/support/seeded_rng.h"
#include "tests/unit/daemon/store/test_database.h"

namespace wasphere::store {
TEST_CASE("pre-keys wait until they are confirmed and ids go on") {
  TestDatabase t;
  test::SeededRng rng;
  t.add_session("sess_a");
  t.devices.save("sess_a", stanza::Device::generate(rng));
  auto first = t.pre_keys.reserve("sess_a", 3, rng);
  REQUIRE(first.size() == 3);
  CHECK(first[0].id == 1);
  CHECK(first[2].id == 3);
  t.commit();

  auto again = t.pre_keys.reserve("sess_a", 4, rng);  // the answer to the first upload got lost
  REQUIRE(again.size() == 4);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(again[i].id == first[i].id);
    CHECK(again[i].key.public_key == first[i].key.public_key);
    CHECK(again[i].key.private_key == first[i].key.private_key);
  }
  CHECK(again[3].id == 4);

  t.pre_keys.mark_uploaded("sess_a", {1, 2, 3, 99});
  auto next = t.pre_keys.reserve("sess_a", 2, rng);
  REQUIRE(next.size() == 2);
  CHECK(next[0].id == 4);
  CHECK(next[1].id == 5);
  CHECK(t.db().integer("SELECT count(*) FROM pre_keys") == 5);
}

TEST_CASE("a key that is given directly is in no upload, nor the other way round") {
  TestDatabase t;
  test::SeededRng rng;
  t.add_session("sess_a");
  t.devices.save("sess_a", stanza::Device::generate(rng));
  t.pre_keys.reserve("sess_a", 2, rng);  // on their way to the server
  CHECK(t.pre_keys.make_given("sess_a", rng).id == 3);
  CHECK(t.pre_keys.find("sess_a", 3));
  const auto again = t.pre_keys.reserve("sess_a", 3, rng);
  REQUIRE(again.size() == 3);
  CHECK(again[0].id == 1);
  CHECK(again[1].id == 2);
  CHECK(again[2].id == 4);
  t.pre_keys.mark_all_uploaded("sess_a");
  CHECK(t.pre_keys.reserve("sess_a", 1, rng).front().id == 5);
  t.add_session("sess_b");
  CHECK(failure_of([&] { t.pre_keys.make_given("sess_b", rng); }) == ErrorCode::no_credentials);
}

TEST_CASE("a rolled back reservation leaves neither keys nor used ids") {
  TestDatabase t;
  test::SeededRng rng;
  t.add_session("sess_a");
  t.devices.save("sess_a", stanza::Device::generate(rng));
  t.commit();
  t.pre_keys.reserve("sess_a", 3, rng);
  t.roll_back();
  CHECK(t.pre_keys.reserve("sess_a", 1, rng).front().id == 1);
}

TEST_CASE("pre-keys belong to a device") {
  TestDatabase t;
  test::SeededRng rng;
  t.add_session("sess_a");
  CHECK(failure_of([&] { t.pre_keys.reserve("sess_a", 1, rng); }) == ErrorCode::no_credentials);
  t.devices.save("sess_a", stanza::Device::generate(rng));
  t.pre_keys.reserve("sess_a", 5, rng);
  t.devices.wipe("sess_a");
  t.devices.save("sess_a", stanza::Device::generate(rng));
  CHECK(t.pre_keys.reserve("sess_a", 1, rng).front().id == 1);  // another device counts anew
}

TEST_CASE("pre-key ids are not used beyond their 24 bits") {
  TestDatabase t;
  test::SeededRng rng;
  t.add_session("sess_a");
  t.devices.save("sess_a", stanza::Device::generate(rng));
  t.db().run("UPDATE devices SET next_pre_key_id = 16777214");
  auto last = t.pre_keys.reserve("sess_a", 2, rng);
  CHECK(last.back().id == 16777215);
  t.pre_keys.mark_uploaded("sess_a", {16777214, 16777215});
  CHECK(failure_of([&] { t.pre_keys.reserve("sess_a", 1, rng); }) == ErrorCode::not_supported);
  CHECK(t.pre_keys.reserve("sess_a", 0, rng).empty());
}

}  // namespace wasphere::store
