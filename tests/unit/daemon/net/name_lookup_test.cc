#include "daemon/net/name_lookup.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/support/manual_clock.h"
#include "tests/support/run_until.h"

namespace wasphere::net {

TEST_CASE("addresses stand for themselves, names are asked for off the loop") {
  boost::asio::io_context io;
  test::ManualClock clock;
  SystemLookup names(clock);
  CHECK(test::run_task(io, names.look_up("192.0.2.7")).value() == Addresses{"192.0.2.7"});
  CHECK(test::run_task(io, names.look_up("2001:db8::1")).value() == Addresses{"2001:db8::1"});
  const auto local = test::run_task(io, names.look_up("localhost"));
  REQUIRE(local);
  CHECK(std::ranges::all_of(*local, [](const auto& a) { return a == "127.0.0.1" || a == "::1"; }));
  CHECK(test::run_task(io, names.look_up("localhost")).value() == *local);
  // RFC 6761: this name never exists.
  const auto none = test::run_task(io, names.look_up("nothing.invalid"));
  REQUIRE_FALSE(none);
  CHECK(none.error().code == ErrorCode::network_unreachable);
}

}  // namespace wasphere::net
