#include "daemon/store/outbox_order.h"

#include <catch2/catch.hpp>

namespace wasphere::store {
namespace {

using Numbers = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("interactive goes first, and one bulk for five of it") {
  const Numbers interactive{1, 2, 3, 4, 5, 6, 7};
  const Numbers bulk{11, 12};
  CHECK(lane_order(interactive, bulk, 0, 100) == Numbers{1, 2, 3, 4, 5, 11, 6, 7, 12});
  CHECK(lane_order(interactive, bulk, 4, 3) == Numbers{1, 11, 2});
  CHECK(lane_order(interactive, bulk, 5, 3) == Numbers{11, 1, 2});
  CHECK(lane_order(interactive, bulk, 0, 0).empty());
}

TEST_CASE("an empty lane holds up nobody") {
  CHECK(lane_order({1, 2}, {}, 5, 10) == Numbers{1, 2});
  CHECK(lane_order({}, {11, 12}, 0, 10) == Numbers{11, 12});
  CHECK(lane_order({}, {}, 0, 10).empty());
}

TEST_CASE("the place behind a backlog counts those of the other lane that go in between") {
  const Backlog ahead{1, 10, 3};
  CHECK(place_behind({}, Lane::interactive) == 0);
  CHECK(place_behind(ahead, Lane::interactive) == 1 + 10 + 2);  // a bulk one for five
  CHECK(place_behind(ahead, Lane::bulk) == 1 + 3 + 10);
}

}  // namespace wasphere::store
