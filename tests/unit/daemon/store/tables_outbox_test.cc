#include <catch2/catch.hpp>

#include "tests/unit/daemon/store/messaging_fixture.h"

namespace wasphere::store {
namespace {

std::vector<std::string> ids(const std::vector<OutboxRow>& rows) {
  std::vector<std::string> out;
  for (const auto& row : rows) out.push_back(row.id);
  return out;
}
using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("the queue is first in, first out, and full at its depth") {
  MessagingDatabase t;
  auto first = t.queued("M1");
  first.secret = Bytes(32, 1);
  t.enqueue(first);
  t.enqueue(t.queued("M2"));
  CHECK(ids(t.outbox.due("sess_a", 100, 10)) == Ids{"M1", "M2"});
  auto found = t.outbox.find("sess_a", "M1");
  REQUIRE(found);
  CHECK(found->message == first.message);
  CHECK(found->secret == first.secret);
  auto full = t.outbox.enqueue(t.queued("M3"), 2);
  REQUIRE_FALSE(full);
  CHECK(full.error().code == ErrorCode::queue_full);
  CHECK(t.outbox.position("sess_a", "M2") == 1);
  CHECK(t.outbox.stats("sess_a").pending == 2);
  CHECK(t.outbox.list({"sess_a", 0, 1}).next != 0);
  CHECK_FALSE(t.outbox.next_time("sess_a", 100));
  t.outbox.remove("sess_a", "M1");
  CHECK(t.outbox.enqueue(t.queued("M3"), 2));
  CHECK(t.outbox.expired("sess_a", 100).empty());
}

}  // namespace wasphere::store
