#include "daemon/runtime/clock.h"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <vector>

#include "tests/support/manual_clock.h"
#include "tests/support/run_until.h"

namespace wasphere::runtime {
namespace {

using namespace std::chrono_literals;
using test::ManualClock;
using test::run_until;

TEST_CASE("iso8601 prints UTC with milliseconds") {
  CHECK(iso8601(0) == "1970-01-01T00:00:00.000Z");
  CHECK(iso8601(1'779'696'000'007) == "2026-05-25T08:00:00.007Z");
  CHECK(iso8601(-1) == "1969-12-31T23:59:59.999Z");
  CHECK(iso8601(951'782'399'999) == "2000-02-28T23:59:59.999Z");
}

TEST_CASE("unix time comes from the system clock of the Clock") {
  ManualClock clock;
  CHECK(unix_seconds(clock) == 1'780'000'000);
  clock.advance(1500ms);
  CHECK(unix_seconds(clock) == 1'780'000'001);
  CHECK(unix_millis(clock) == 1'780'000'001'500);
}

TEST_CASE("a system timer fires once, never inside arm") {
  boost::asio::io_context io;
  SystemClock clock(io);
  int fired = 0;
  const auto timer = clock.make_timer();
  timer->arm(0ms, [&] { ++fired; });
  CHECK(fired == 0);
  io.run();
  CHECK(fired == 1);
}

TEST_CASE("re-arming, cancelling and destroying a system timer drop the earlier callback") {
  boost::asio::io_context io;
  SystemClock clock(io);
  std::vector<int> fired;
  const auto rearmed = clock.make_timer();
  const auto cancelled = clock.make_timer();
  auto destroyed = clock.make_timer();
  rearmed->arm(0ms, [&] { fired.push_back(1); });
  rearmed->arm(1ms, [&] { fired.push_back(2); });
  cancelled->arm(0ms, [&] { fired.push_back(3); });
  cancelled->cancel();
  destroyed->arm(0ms, [&] { fired.push_back(4); });
  destroyed.reset();
  io.run();
  CHECK(fired == std::vector<int>{2});
}

TEST_CASE("a completion that is queued already does not survive cancel") {
  boost::asio::io_context io;
  SystemClock clock(io);
  std::vector<int> fired;
  const auto first = clock.make_timer();
  const auto second = clock.make_timer();
  first->arm(0ms, [&] {
    fired.push_back(1);
    second->cancel();
  });
  second->arm(0ms, [&] {
    fired.push_back(2);
    first->cancel();
  });
  io.run();
  CHECK(fired.size() == 1);
}

TEST_CASE("a timer may re-arm and destroy itself from its callback") {
  boost::asio::io_context io;
  SystemClock clock(io);
  int rounds = 0;
  auto timer = clock.make_timer();
  std::function<void()> again = [&] {
    if (++rounds < 3) {
      timer->arm(0ms, again);
    } else {
      timer.reset();
    }
  };
  timer->arm(0ms, again);
  io.run();
  CHECK(rounds == 3);
  CHECK(timer == nullptr);
}

TEST_CASE("advance moves both clocks and fires what became due, in due order") {
  boost::asio::io_context io;
  SystemClock clock(io);
  std::vector<int> fired;
  const auto late = clock.make_timer();
  const auto soon = clock.make_timer();
  const auto beyond = clock.make_timer();
  late->arm(2h, [&] { fired.push_back(2); });
  soon->arm(1h, [&] { fired.push_back(1); });
  beyond->arm(4h, [&] { fired.push_back(3); });
  const auto steady = clock.now_steady();
  const auto system = clock.now_system();
  clock.advance(3h);
  CHECK(clock.now_steady() - steady >= 3h);
  CHECK(clock.now_system() - system >= 3h);
  CHECK(fired.empty());
  REQUIRE(run_until(io, [&] { return fired.size() == 2; }));
  io.poll();
  CHECK(fired == std::vector<int>{1, 2});
  clock.advance(2h);
  REQUIRE(run_until(io, [&] { return fired.size() == 3; }));
}

TEST_CASE("advance ignores negative durations, and timers take absurd ones") {
  boost::asio::io_context io;
  SystemClock clock(io);
  const auto steady = clock.now_steady();
  clock.advance(-1h);
  CHECK(clock.now_steady() >= steady);
  bool fired = false;
  const auto timer = clock.make_timer();
  timer->arm(Duration::max(), [&] { fired = true; });
  io.poll();
  CHECK_FALSE(fired);
  timer->arm(-5s, [&] { fired = true; });
  io.run();
  CHECK(fired);
}

TEST_CASE("the manual clock fires in due order, each at its time, re-armed ones included") {
  ManualClock clock;
  const auto start = clock.now_steady();
  std::vector<std::pair<int, Duration>> fired;
  const auto note = [&](int id) {
    fired.emplace_back(id, std::chrono::duration_cast<Duration>(clock.now_steady() - start));
  };
  const auto a = clock.make_timer();
  const auto b = clock.make_timer();
  a->arm(10ms, [&] {
    note(1);
    a->arm(15ms, [&] { note(3); });
  });
  b->arm(20ms, [&] { note(2); });
  clock.advance(30ms);
  const std::vector<std::pair<int, Duration>> expected{{1, 10ms}, {2, 20ms}, {3, 25ms}};
  CHECK(fired == expected);
  CHECK(clock.now_steady() - start == 30ms);
  CHECK(clock.pending() == 0);
}

}  // namespace
}  // namespace wasphere::runtime
