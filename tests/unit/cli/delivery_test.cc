#include "cli/delivery.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace wasphere::cli;
using nlohmann::json;

namespace {
constexpr UnixTime kNow{Milliseconds(1779704400000)};
}

TEST_CASE("a start counts from now, in milliseconds, or is a time for the daemon to read") {
  CHECK(*start_of("+10m", kNow) == json(1779704400000 + 600'000));
  CHECK(*start_of("1779704400500", kNow) == json(1779704400500));
  CHECK(*start_of("2026-05-25T08:00:00Z", kNow) == json("2026-05-25T08:00:00Z"));
  CHECK_FALSE(start_of("+soon", kNow));
}
