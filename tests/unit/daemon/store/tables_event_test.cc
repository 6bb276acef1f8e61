#include <catch2/catch.hpp>

#include "daemon/store/tables.h"
#include "tests/unit/daemon/store/test_database.h"

namespace wasphere::store {
namespace {

EventRow event_at(std::int64_t time) {
  EventRow row;
  row.id = "evt_" + std::to_string(time);
  row.type = "session.created";
  row.session_id = "sess_a";
  row.time = time;
  row.payload = R"({"x":1})";
  row.expires_at = time + 60'000;
  return row;
}

}  // namespace

TEST_CASE("events are numbered without gaps and read from a cursor") {
  TestDatabase t;
  CHECK(t.events.last_seq() == 0);
  CHECK(t.events.first_seq() == 0);
  for (int i = 1; i <= 5; ++i) CHECK(t.events.append(event_at(i)) == i);
  CHECK(t.tables().after.newest_event == 5);
  t.commit();
  t.events.append(event_at(6));
  t.roll_back();
  CHECK(t.events.append(event_at(6)) == 6);
  CHECK(t.events.first_seq() == 1);
  auto page = t.events.after(2, 3);
  REQUIRE(page.size() == 3);
  EventRow third = event_at(3);
  CHECK(page[0].seq == 3);
  CHECK(page[0].id == third.id);
  CHECK(page[0].type == third.type);
  CHECK(page[0].session_id == third.session_id);
  CHECK(page[0].time == third.time);
  CHECK(page[0].payload == third.payload);
  CHECK(page[0].expires_at == third.expires_at);
  CHECK(page[2].seq == 5);
  CHECK(t.events.after(6, 10).empty());
}

TEST_CASE("events are retired by number and by age, the oldest first") {
  TestDatabase t;
  for (int i = 1; i <= 10; ++i) t.events.append(event_at(i * 100));
  CHECK(t.events.retire(100, 0, 1000) == 0);
  CHECK(t.events.retire(8, 0, 1000) == 2);
  CHECK(t.events.first_seq() == 3);
  CHECK(t.events.retire(100, 501, 1000) == 3);  // those of 300, 400 and 500
  CHECK(t.events.first_seq() == 6);
  CHECK(t.events.retire(1, 0, 2) == 2);  // in portions
  CHECK(t.events.retire(1, 0, 2) == 2);
  CHECK(t.events.retire(1, 0, 2) == 0);
  CHECK(t.events.first_seq() == 10);
  CHECK(t.events.retire(100, 1'000'000, 1000) == 1);
  CHECK(t.events.first_seq() == 0);
  CHECK(t.events.last_seq() == 10);
  CHECK(t.events.retire(100, 1'000'000, 1000) == 0);
  CHECK(t.events.append(event_at(1)) == 11);  // numbers are never given twice
}

}  // namespace wasphere::store
