#include "daemon/runtime/iso_time.h"

#include <catch2/catch.hpp>

#include "daemon/runtime/clock.h"

namespace wasphere::runtime {

TEST_CASE("a time that was written is read back", "[iso_time]") {
  for (const std::int64_t time : {0LL, 1'779'696'000'000LL, 951'782'400'123LL, 4'102'444'799'999LL})
    CHECK(parse_iso8601(iso8601(time)) == time);
}

TEST_CASE("offsets and fractions of any length are understood", "[iso_time]") {
  CHECK(parse_iso8601("1970-01-01T00:00:01Z") == 1000);
  CHECK(parse_iso8601("1970-01-01T02:00:00+02:00") == 0);
  CHECK(parse_iso8601("1969-12-31T19:30:00.5-04:30") == 500);
  CHECK(parse_iso8601("1970-01-01T00:00:00.123456789Z") == 123);
}

TEST_CASE("what is no time is nothing", "[iso_time]") {
  for (const char* text :
       {"", "2026", "2026-05-25", "2026-05-25T08:00:00", "2026-02-30T08:00:00Z",
        "2026-05-25T24:00:00Z", "2026-05-25T08:60:00Z", "2026-05-25 08:00:00Z",
        "2026-05-25T08:00:00.Z", "2026-05-25T08:00:00Zx", "2026-05-25T08:00:00+25:00",
        "2026-13-01T00:00:00Z", "-026-05-25T08:00:00Z", "2026-05-25T08:00:00.1234567890Z"}) {
    CAPTURE(text);
    CHECK(!parse_iso8601(text));
  }
}

}  // namespace wasphere::runtime
