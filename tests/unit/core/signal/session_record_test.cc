#include "core/signal/session_record.h"

#include <catch2/catch.hpp>

#include "tests/unit/core/signal/support.h"

using namespace wasphere;
using namespace wasphere::signal;
using namespace wasphere::signal_test;

namespace {

// Current and archived states, skipped keys, pre-keys pending.
SessionRecord rich_record() {
  Pair pair = settled_pair();
  pair.bob.send("lost");
  pair.bob.send("lost");
  pair.alice.receive(pair.bob.send("third")).value();
  pair.alice.begin(pair.bob.bundle());
  pair.alice.begin(pair.bob.bundle(false));
  return pair.alice.record();
}

// States told apart by their base key.
SessionRecord numbered(std::uint8_t count) {
  SessionRecord record;
  for (std::uint8_t i = 1; i <= count; ++i) {
    archive_current(record);
    record.current.emplace();
    record.current->base_key[0] = i;
  }
  return record;
}

}  // namespace

TEST_CASE("session record: stored and loaded, it is the same") {
  SessionRecord record = rich_record();
  REQUIRE(record.archived.size() == 2);
  REQUIRE(record.archived[0].pending->pre_key_id);
  REQUIRE_FALSE(record.archived[1].receiving.back().messages.skipped.empty());
  Bytes stored = serialize(record);
  SessionRecord again = parse_session_record(stored).value();
  CHECK(serialize(again) == stored);
  CHECK(again.current->root_key == record.current->root_key);
  CHECK(again.current->ratchet_key.public_key == record.current->ratchet_key.public_key);
  CHECK(again.current->pending->signed_pre_key_id == 7);
  CHECK(again.archived[0].pending->pre_key_id == record.archived[0].pending->pre_key_id);
  CHECK(again.archived[1].receiving.back().messages.skipped.size() == 2);
}

TEST_CASE("session record: an empty one is stored in three bytes") {
  Bytes stored = serialize(SessionRecord{});
  CHECK(stored == Bytes{1, 0, 0});
  CHECK(parse_session_record(stored).value().empty());
}

TEST_CASE("session record: cut short or with a tail it is corrupt") {
  Bytes stored = serialize(rich_record());
  for (std::size_t size = 0; size < stored.size(); ++size) {
    auto parsed = parse_session_record(BytesView(stored).first(size));
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == ErrorCode::storage_corrupt);
  }
  stored.push_back(0);
  CHECK_FALSE(parse_session_record(stored));
}

TEST_CASE("session record: an unknown version is named") {
  Bytes stored = serialize(rich_record());
  stored[0] = 2;
  auto error = parse_session_record(stored).error();
  CHECK(error.code == ErrorCode::storage_corrupt);
  CHECK_THAT(error.message, Catch::Contains("version 2"));
}

TEST_CASE("session record: skipped keys out of order or of the future are corrupt") {
  SessionRecord record = settled_pair().alice.record();
  MessageChain& chain = record.current->receiving.back().messages;
  chain.next.index = 10;
  chain.skipped = {{3, {}}, {9, {}}};
  CHECK(parse_session_record(serialize(record)));
  chain.skipped = {{9, {}}, {3, {}}};
  CHECK_FALSE(parse_session_record(serialize(record)));
  chain.skipped = {{3, {}}, {3, {}}};
  CHECK_FALSE(parse_session_record(serialize(record)));
  chain.skipped = {{10, {}}};
  CHECK_FALSE(parse_session_record(serialize(record)));
}

TEST_CASE("session record: counts beyond the limits are corrupt") {
  SessionRecord record = settled_pair().alice.record();
  MessageChain& chain = record.current->receiving.back().messages;
  chain.next.index = kMaxSkippedKeys + 2;
  for (std::uint32_t i = 0; i < kMaxSkippedKeys; ++i) chain.skipped.push_back({i, {}});
  CHECK(parse_session_record(serialize(record)));
  chain.skipped.push_back({kMaxSkippedKeys, {}});
  CHECK_FALSE(parse_session_record(serialize(record)));

  SessionRecord chains = settled_pair().alice.record();
  chains.current->receiving.resize(kMaxReceiverChains);
  CHECK(parse_session_record(serialize(chains)));
  chains.current->receiving.emplace_back();
  CHECK_FALSE(parse_session_record(serialize(chains)));

  SessionRecord states = numbered(kMaxArchivedStates + 1);
  CHECK(parse_session_record(serialize(states)));
  states.archived.emplace_back();
  CHECK_FALSE(parse_session_record(serialize(states)));
}

TEST_CASE("session record: archiving keeps the newest forty, newest first") {
  SessionRecord record = numbered(50);
  CHECK(record.current->base_key[0] == 50);
  REQUIRE(record.archived.size() == kMaxArchivedStates);
  CHECK(record.archived.front().base_key[0] == 49);
  CHECK(record.archived.back().base_key[0] == 10);
}

TEST_CASE("session record: archiving without a current state changes nothing") {
  SessionRecord record = numbered(2);
  archive_current(record);
  CHECK_FALSE(record.current);
  archive_current(record);
  CHECK(record.archived.size() == 2);
}

TEST_CASE("session record: of too many skipped keys in all, the newest are kept") {
  SessionRecord record = numbered(3);
  ReceiverChain full;
  for (std::uint32_t i = 0; i < kMaxSkippedKeys; ++i) full.messages.skipped.push_back({i, {}});
  record.current->receiving = {full};
  full.messages.skipped.resize(kMaxSkippedKeys / 2);
  record.archived[0].receiving = {full, full, full};
  record.archived[1].receiving = {full};
  trim_skipped_keys(record);
  auto left = [](const SessionState& state, std::size_t chain) {
    return state.receiving[chain].messages.skipped.size();
  };
  CHECK(left(*record.current, 0) == kMaxSkippedKeys);
  CHECK(left(record.archived[0], 2) == kMaxSkippedKeys / 2);
  CHECK(left(record.archived[0], 1) == kMaxSkippedKeys / 2);
  CHECK(left(record.archived[0], 0) == 0);
  CHECK(left(record.archived[1], 0) == 0);
  record.current->receiving[0].messages.skipped.resize(kMaxSkippedKeys - 10);
  record.archived[0].receiving[0].messages.skipped = {{1, {}}, {2, {}}};
  trim_skipped_keys(record);
  CHECK(left(record.archived[0], 0) == 2);
}

TEST_CASE("session record: states are found by base key, wherever they are") {
  SessionRecord record = numbered(3);
  CHECK(find_base_key(record, crypto::PublicKey{3}) == &*record.current);
  CHECK(find_base_key(record, crypto::PublicKey{1}) == &record.archived[1]);
  CHECK(find_base_key(record, crypto::PublicKey{9}) == nullptr);
  CHECK(find_base_key(SessionRecord{}, crypto::PublicKey{0}) == nullptr);
}

TEST_CASE("session record: a settled session is small") {
  CHECK(serialize(settled_pair().alice.record()).size() < 400);
}
