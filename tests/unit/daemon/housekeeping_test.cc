#include "daemon/housekeeping.h"

#include <catch2/catch.hpp>

#include "daemon/store/admin.h"
#include "tests/support/faulty_store.h"
#include "tests/support/run_until.h"
#include "tests/support/seeded_rng.h"

namespace wasphere {
namespace {

constexpr std::int64_t kDay = 24LL * 3600 * 1000;
constexpr std::int64_t kNow = 1000 * kDay;

struct Kept {
  std::size_t events = 0;
  std::size_t messages = 0;
  bool old_answer = false;
  bool new_answer = false;
};

void put_event(store::Tx& tx, std::int64_t age_days) {
  store::EventRow event;
  event.id = "evt_" + std::to_string(age_days);
  event.time = kNow - age_days * kDay;
  tx.events.append(event);
}

void put_message(store::Tx& tx, std::int64_t age_days, const std::string& id) {
  store::MessageRow row;
  row.session_id = "sess_a";
  row.id = id;
  row.chat = row.sender = "1@lid";
  row.text = "text";
  row.time = kNow - age_days * kDay;
  if (!tx.messages.insert(row)) throw std::runtime_error("not inserted");
}

void put_answer(store::Tx& tx, const char* key, std::int64_t age_ms) {
  store::IdempotencyRow row;
  row.owner = "key_1";
  row.key = key;
  row.created_at = kNow - age_ms;
  tx.outbox.save_idempotency(row);
  tx.api_keys.keep_answer({"key_1", key, "hash", 201, "", row.created_at});
}

// Old and new of everything; 1500 old messages are more than one batch.
runtime::Task<Status> fill(store::Store& store) {
  auto job = [](store::Tx& tx) -> Status {
    store::SessionRow session;
    session.id = session.name = "sess_a";
    WS_CHECK(tx.sessions.insert(session));
    for (std::int64_t age : {100, 31, 1}) put_event(tx, age);
    for (int i = 0; i < 1500; ++i) put_message(tx, 91, "old" + std::to_string(i));
    for (int i = 0; i < 3; ++i) put_message(tx, 1, "new" + std::to_string(i));
    store::ApiKeyRow api_key;
    api_key.id = "key_1";
    WS_CHECK(tx.api_keys.save(api_key));
    put_answer(tx, "old", kDay + 1);
    put_answer(tx, "new", kDay);
    return {};
  };
  co_return co_await store.run(job);
}

runtime::Task<Result<Kept>> kept(store::Store& store) {
  auto job = [](store::Tx& tx) -> Result<Kept> {
    store::MessageQuery all;
    all.limit = 10'000;
    return Kept{tx.events.after(0, 100).size(), tx.messages.list(all).rows.size(),
                tx.outbox.idempotency("key_1", "old").has_value() ||
                    tx.api_keys.kept_answer("key_1", "old").has_value(),
                tx.outbox.idempotency("key_1", "new").has_value() &&
                    tx.api_keys.kept_answer("key_1", "new").has_value()};
  };
  co_return co_await store.run(job);
}

struct Fixture {
  Fixture() { REQUIRE(test::run_task(io, fill(*store))); }
  void retire() { test::run_task(io, retire_old_rows(*store, limits, kNow)); }
  Kept look() { return test::run_task(io, kept(*store)).value(); }

  boost::asio::io_context io;
  test::FaultyStore store{io};
  RetentionLimits limits{{30, 1'000'000}, {90, 0}, {90}};
};

}  // namespace

TEST_CASE("what is older than its limit goes, however many there are") {
  Fixture f;
  f.retire();
  const Kept left = f.look();
  CHECK(left.events == 1);
  CHECK(left.messages == 3);
  CHECK_FALSE(left.old_answer);
  CHECK(left.new_answer);
}

TEST_CASE("without limits nothing goes but old answers") {
  Fixture f;
  f.limits = {{0, 1'000'000}, {0, 0}, {0}};
  f.retire();
  const Kept left = f.look();
  CHECK(left.events == 3);
  CHECK(left.messages == 1503);
  CHECK_FALSE(left.old_answer);
}

TEST_CASE("messages go by size, too") {
  Fixture f;
  f.limits.messages = {0, 1000};
  f.retire();
  CHECK(f.look().messages == 2);
}

TEST_CASE("retirement that fails is made up for the next time") {
  Fixture f;
  f.store.faults().fail_commit(2);  // the first batch of messages
  f.retire();
  CHECK(f.look().messages == 1503);
  f.retire();
  CHECK(f.look().messages == 3);
}

}  // namespace wasphere
