#include <catch2/catch.hpp>

#include "core/signal/sender_key.h"
#include "tests/support/seeded_rng.h"

using namespace wasphere;
using namespace wasphere::signal;

namespace {

// Our own key, and four of others with a gap in the first.
SenderKeyRecord rich_record() {
  test::SeededRng rng;
  SenderKeyRecord record = new_sender_key(rng);
  while (record.states.size() < kMaxSenderKeyStates) {
    auto other = new_sender_key(rng);
    other.states[0].signing_private.reset();
    record.states.push_back(other.states[0]);
  }
  record.states[1].chain.next.index = 5;
  record.states[1].chain.skipped = {{1, Secret<32>(rng.array<32>())}, {4, {}}};
  return record;
}

}  // namespace

TEST_CASE("sender key record: stored and loaded, it is the same") {
  SenderKeyRecord record = rich_record();
  Bytes stored = serialize(record);
  SenderKeyRecord again = parse_sender_key_record(stored).value();
  CHECK(serialize(again) == stored);
  REQUIRE(again.states.size() == kMaxSenderKeyStates);
  CHECK(again.states[0].signing_private == record.states[0].signing_private);
  CHECK(again.states[0].edwards.bytes == record.states[0].edwards.bytes);
  CHECK_FALSE(again.states[1].signing_private);
  CHECK(again.states[1].chain.skipped[0].seed == record.states[1].chain.skipped[0].seed);
}

TEST_CASE("sender key record: cut short or with a tail it is corrupt") {
  Bytes stored = serialize(rich_record());
  for (std::size_t size = 0; size < stored.size(); ++size) {
    auto parsed = parse_sender_key_record(BytesView(stored).first(size));
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == ErrorCode::storage_corrupt);
  }
  stored.push_back(0);
  CHECK_FALSE(parse_sender_key_record(stored));
}

TEST_CASE("sender key record: an unknown version is named") {
  Bytes stored = serialize(rich_record());
  stored[0] = 9;
  CHECK_THAT(parse_sender_key_record(stored).error().message, Catch::Contains("version 9"));
}

TEST_CASE("sender key record: more states than the limit are corrupt") {
  SenderKeyRecord record = rich_record();
  record.states.push_back(record.states.back());
  CHECK_FALSE(parse_sender_key_record(serialize(record)));
}
