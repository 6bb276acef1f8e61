#include <catch2/catch.hpp>

#include "tests/unit/daemon/store/messaging_fixture.h"

namespace wasphere::store {
namespace {

constexpr std::int64_t kNoAge = 0;
constexpr std::int64_t kNoSize = 0;

std::string left(MessagingDatabase& t) {
  std::string out;
  for (const auto& row : t.messages.list(query_of("", 1000)).rows)
    out = row.id + (out.empty() ? "" : " ") + out;
  return out;
}

std::int64_t total(MessagingDatabase& t) {
  const auto kept = t.db().integer("SELECT coalesce(sum(bytes), 0) FROM message_totals");
  CHECK(kept == t.db().integer("SELECT coalesce(sum(bytes), 0) FROM messages"));
  return kept;
}

}  // namespace

TEST_CASE("old messages go, with all that hangs on them") {
  MessagingDatabase t;
  for (const char* id : {"M1", "M2", "M3"}) {  // times 1, 2, 3
    REQUIRE(t.messages.insert(t.message(id)));
    t.messages.trace("sess_a", id, "received", "", 3);
    t.messages.add_receipt("sess_a", id, kAliceLid, MessageStatus::read, 3);
    t.messages.save_sent("sess_a", sent_of(id, 3));
  }
  CHECK(t.messages.retire(kNoSize, kNoAge, 10) == 0);
  CHECK(t.messages.retire(kNoSize, 3, 10) == 2);
  CHECK(left(t) == "M3");
  CHECK(t.messages.traces("sess_a", "M1").empty());
  CHECK(t.messages.receipts("sess_a", "M2").empty());
  CHECK_FALSE(t.messages.sent("sess_a", "M1"));
  CHECK(t.messages.sent("sess_a", "M3"));
  CHECK(t.messages.traces("sess_a", "M3").size() == 1);
  CHECK(t.db().integer("SELECT count(*) FROM message_receipts") == 1);
  auto query = query_of("sess_a");
  query.search = "text";
  CHECK(t.messages.list(query).rows.size() == 1);
  t.db().run("INSERT INTO messages_search (messages_search, rank) VALUES ('integrity-check', 1)");
  total(t);
}

TEST_CASE("the oldest go when messages take up too much, in batches") {
  MessagingDatabase t;
  for (int i = 0; i < 9; ++i) REQUIRE(t.messages.insert(t.message("M" + std::to_string(i))));
  const std::int64_t third = total(t) / 3;
  CHECK(t.messages.retire(3 * third, kNoAge, 2) == 0);
  CHECK(t.messages.retire(third, kNoAge, 4) == 4);
  CHECK(t.messages.retire(third, kNoAge, 4) == 2);
  CHECK(t.messages.retire(third, kNoAge, 4) == 0);
  CHECK(left(t) == "M6 M7 M8");
  CHECK(total(t) <= third);
}

TEST_CASE("what is still to be sent stays, however old") {
  MessagingDatabase t;
  REQUIRE(t.messages.insert(t.own_message("Q1")));
  REQUIRE(t.messages.insert(t.own_message("Q2")));
  REQUIRE(t.messages.insert(t.message("M1")));
  t.messages.advance("sess_a", "Q2", MessageStatus::sending, 1);
  CHECK(t.messages.retire(1, 1000, 10) == 1);
  CHECK(left(t) == "Q1 Q2");
  t.messages.advance("sess_a", "Q2", MessageStatus::sent, 1);
  CHECK(t.messages.retire(1, kNoAge, 10) == 1);
  CHECK(left(t) == "Q1");
}

TEST_CASE("copies for retries without a message go by their own age") {
  MessagingDatabase t;
  t.messages.save_sent("sess_a", sent_of("P1", 5));
  t.messages.save_sent("sess_a", sent_of("P2", 9));
  t.messages.trace("sess_a", "P1", "sent", "", 5);
  t.messages.retire(kNoSize, 9, 10);
  CHECK_FALSE(t.messages.sent("sess_a", "P1"));
  CHECK(t.messages.sent("sess_a", "P2"));
  CHECK(t.messages.traces("sess_a", "P1").empty());
}

}  // namespace wasphere::store
