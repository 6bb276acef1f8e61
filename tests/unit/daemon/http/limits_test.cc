#include "daemon/http/limits.h"

#include <catch2/catch.hpp>

#include "tests/support/manual_clock.h"

namespace wasphere::http {

TEST_CASE("a window takes so many requests and then begins anew", "[limits]") {
  test::ManualClock clock;
  RateLimiter limiter(clock, 3);
  for (int i = 2; i >= 0; --i) {
    const Budget budget = limiter.count("a");
    CHECK(!budget.exceeded);
    CHECK(budget.remaining == i);
  }
  CHECK(limiter.look("a").exceeded);
  const Budget fourth = limiter.count("a");
  CHECK(fourth.exceeded);
  CHECK(fourth.first_excess);
  CHECK(fourth.reset_ms == 60'000);
  CHECK(!limiter.count("a").first_excess);
  CHECK(!limiter.count("b").exceeded);
  clock.advance(std::chrono::seconds(60));
  CHECK(!limiter.look("a").exceeded);
  CHECK(!limiter.count("a").exceeded);
}

TEST_CASE("without a limit nothing is counted", "[limits]") {
  test::ManualClock clock;
  RateLimiter limiter(clock, 0);
  for (int i = 0; i < 1000; ++i) CHECK(!limiter.count("a").exceeded);
  CHECK(limiter.size() == 0);
}

TEST_CASE("memory stays bounded, however many names there are", "[limits]") {
  test::ManualClock clock;
  RateLimiter limiter(clock, 1);
  for (int i = 0; i < 30'000; ++i) limiter.count(std::to_string(i));
  CHECK(limiter.size() <= 10'000);
}

}  // namespace wasphere::http
