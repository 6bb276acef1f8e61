#include <catch2/catch.hpp>

#include "tests/support/seeded_rng.h"
#include "tests/unit/daemon/store/messaging_fixture.h"

namespace wasphere::store {

TEST_CASE("a message is found by its id and by its chat, with its secrets opened") {
  MessagingDatabase t;
  auto row = t.message("M1");
  row.secret = Bytes(32, 7);
  row.payload = to_bytes(as_bytes("payload"));
  REQUIRE(t.messages.insert(row));
  t.commit();
  auto found = t.messages.find("sess_a", "M1");
  REQUIRE(found);
  CHECK(found->chat == kAliceLid);
  CHECK(found->secret == row.secret);
  CHECK(found->payload == row.payload);
  CHECK(t.messages.find_in_chat("sess_a", kAliceLid, "M1"));
  CHECK_FALSE(t.messages.find_in_chat("sess_a", "1@lid", "M1"));
  CHECK_FALSE(t.messages.find("sess_b", "M1"));
}

TEST_CASE("a message is stored once, and a placeholder gives way in its place") {
  MessagingDatabase t;
  auto row = t.message("M1");
  row.status = MessageStatus::undecryptable;
  row.text = "";
  REQUIRE(t.messages.insert(row));
  CHECK_FALSE(t.messages.insert(row));  // another copy that cannot be read says nothing new
  REQUIRE(t.messages.insert(t.message("M2")));
  REQUIRE(t.messages.insert(t.message("M1")));
  CHECK_FALSE(t.messages.insert(t.message("M1")));
  CHECK_FALSE(t.messages.insert(row));
  auto page = t.messages.list(query_of("sess_a"));
  REQUIRE(page.rows.size() == 2);
  CHECK(page.rows[1].id == "M1");
  CHECK(page.rows[1].status == MessageStatus::received);
  auto query = query_of("sess_a");
  query.search = "text M1";
  CHECK(t.messages.list(query).rows.size() == 1);
}

}  // namespace wasphere::store
