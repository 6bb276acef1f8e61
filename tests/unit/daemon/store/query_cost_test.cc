// What runs for every message or page must not cost more as the tables grow.
#include <catch2/catch.hpp>

#include "tests/unit/daemon/store/messaging_fixture.h"

namespace wasphere::store {
namespace {

// Far below what reading every row costs, well above what the few asked for do.
constexpr std::int64_t kManyRows = 2000;
constexpr std::int64_t kFewSteps = 4000;

class Full : public MessagingDatabase {
 public:
  Full() {
    for (int i = 0; i < 10; ++i) add(message("A" + std::to_string(i), kAliceLid));
    for (int i = 0; i < kManyRows; ++i) add(message("B" + std::to_string(i), kBobLid));
    db().take_cost();
  }
  void check_cheap() {
    const Db::Cost cost = db().take_cost();
    CHECK(cost.steps > 0);
    CHECK(cost.steps < kFewSteps);
  }

 private:
  void add(const MessageRow& row) { REQUIRE(messages.insert(row)); }
};

}  // namespace

TEST_CASE("a page of messages costs what is on it") {
  Full t;
  auto query = query_of("sess_a", 5);
  CHECK(t.messages.list(query).rows.size() == 5);
  t.check_cheap();
  query.before_row = 100;
  CHECK(t.messages.list(query).rows.size() == 5);
  t.check_cheap();
  query.chat = kAliceLid;  // the oldest rows of all
  query.before_row = 0;
  CHECK(t.messages.list(query).rows.size() == 5);
  t.check_cheap();
  query = query_of("", 5);
  CHECK(t.messages.list(query).rows.size() == 5);
  t.check_cheap();
}

TEST_CASE("one message is found, stored and moved on without looking at others") {
  Full t;
  CHECK(t.messages.find("sess_a", "B1000"));
  CHECK(t.messages.find_in_chat("sess_a", kBobLid, "B1000"));
  t.check_cheap();
  REQUIRE(t.messages.insert(t.own_message("M1", kBobLid)));
  CHECK(t.messages.advance("sess_a", "M1", MessageStatus::sent, 1));
  CHECK_FALSE(t.messages.insert(t.message("B5", kBobLid)));
  t.check_cheap();
  CHECK(t.messages.retire(0, 0, 1) == 0);
  t.check_cheap();
}

TEST_CASE("the next one of a long queue is at hand") {
  MessagingDatabase t;
  for (int i = 0; i < kManyRows; ++i)
    REQUIRE(t.outbox.enqueue(t.queued("M" + std::to_string(i)), 10'000));
  t.db().take_cost();
  auto rows = t.outbox.due("sess_a", kManyRows + 1, 4);
  REQUIRE(rows.size() == 4);
  t.outbox.take(rows[0]);
  t.outbox.remove("sess_a", rows[0].id);
  CHECK(t.outbox.enqueue(t.queued("N1"), 10'000));
  CHECK_FALSE(t.outbox.next_time("sess_a", kManyRows + 10));
  CHECK(t.outbox.expired("sess_a", kManyRows + 10).empty());
  const Db::Cost cost = t.db().take_cost();
  CHECK(cost.steps < kFewSteps);
  CHECK(cost.full_scan == 0);
}

}  // namespace wasphere::store
