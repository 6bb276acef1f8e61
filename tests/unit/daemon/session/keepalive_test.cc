#include "daemon/session/keepalive.h"

#include <catch2/catch.hpp>

#include "tests/support/manual_clock.h"
#include "tests/support/seeded_rng.h"

namespace wasphere::session {
namespace {

using runtime::Duration;

struct Watched {
  test::ManualClock clock;
  test::SeededRng rng;
  int pings = 0;
  bool dead = false;
  Keepalive keepalive{clock, rng, {[this] { ++pings; }, [this] { dead = true; }}};
};

TEST_CASE("a quiet link is pinged after 20 to 30 s", "[session][keepalive]") {
  Watched watched;
  for (int round = 0; round < 50; ++round) {
    watched.keepalive.start();
    watched.clock.advance(Duration{19'999});
    CHECK(watched.pings == round);
    watched.clock.advance(Duration{10'001});
    CHECK(watched.pings == round + 1);
  }
}

TEST_CASE("any data puts the ping off", "[session][keepalive]") {
  Watched watched;
  watched.keepalive.start();
  for (int i = 0; i < 20; ++i) {
    watched.clock.advance(Duration{15'000});
    watched.keepalive.on_received();
  }
  CHECK(watched.pings == 0);
}

TEST_CASE("death comes 20 s after the first unanswered request, not after the last",
          "[session][keepalive]") {
  Watched watched;
  watched.keepalive.start();
  watched.keepalive.on_asked();
  watched.clock.advance(Duration{15'000});
  watched.keepalive.on_asked();
  watched.clock.advance(Duration{4'999});
  CHECK_FALSE(watched.dead);
  watched.clock.advance(Duration{1});
  CHECK(watched.dead);
}

TEST_CASE("any data is a sign of life", "[session][keepalive]") {
  Watched watched;
  watched.keepalive.start();
  watched.keepalive.on_asked();
  watched.clock.advance(Duration{19'999});
  watched.keepalive.on_received();
  watched.clock.advance(Duration{19'999});
  CHECK_FALSE(watched.dead);
}

TEST_CASE("after stop() nothing fires", "[session][keepalive]") {
  Watched watched;
  watched.keepalive.start();
  watched.keepalive.on_asked();
  watched.keepalive.stop();
  watched.keepalive.on_received();
  watched.keepalive.on_asked();
  watched.clock.advance(Duration{100'000});
  CHECK(watched.pings == 0);
  CHECK_FALSE(watched.dead);
}

}  // namespace
}  // namespace wasphere::session
