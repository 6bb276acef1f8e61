// Changes of groups, one a second and twenty a minute.
#include "daemon/messaging/group_pace.h"

#include <catch2/catch.hpp>

#include "tests/support/manual_clock.h"
#include "tests/support/run_until.h"

namespace wasphere::test {
namespace {

struct PaceWorld {
  boost::asio::io_context io;
  ManualClock clock;
  messaging::GroupPace pace{clock};
  int turns = 0;
  std::vector<Error> refused;

  void ask() {
    boost::asio::co_spawn(io, pace.take_turn(), [this](const std::exception_ptr&, Status status) {
      if (status) {
        ++turns;
      } else {
        refused.push_back(status.error());
      }
    });
    settle();
  }
  void settle() {
    io.restart();
    io.poll();
  }
  void elapse(std::int64_t ms) {
    clock.advance(runtime::Duration{ms});
    settle();
  }
};

TEST_CASE("the first change goes at once, the next ones a second apart") {
  PaceWorld world;
  for (int i = 0; i < 3; ++i) world.ask();
  CHECK(world.turns == 1);
  world.elapse(999);
  CHECK(world.turns == 1);
  world.elapse(1);
  CHECK(world.turns == 2);
  world.elapse(1000);
  CHECK(world.turns == 3);
  CHECK(world.refused.empty());
}

TEST_CASE("who would wait long is refused, and told how long") {
  PaceWorld world;
  for (int i = 0; i < 5; ++i) world.ask();
  REQUIRE(world.refused.size() == 1);
  CHECK(world.refused[0].code == ErrorCode::rate_limited);
  CHECK(world.refused[0].retry_after_ms == 4000);
  world.elapse(1000);
  world.ask();
  CHECK(world.refused.size() == 1);  // there is room again
}

TEST_CASE("twenty a minute") {
  PaceWorld world;
  for (int i = 0; i < 20; ++i) {
    world.ask();
    world.elapse(1000);
  }
  CHECK(world.turns == 20);
  world.ask();
  REQUIRE(world.refused.size() == 1);
  CHECK(world.refused[0].retry_after_ms == 40'000);
  world.elapse(40'000);
  world.ask();
  CHECK(world.turns == 21);
  world.ask();
  CHECK(world.turns == 21);
  world.elapse(1000);
  CHECK(world.turns == 22);
}

}  // namespace
}  // namespace wasphere::test
