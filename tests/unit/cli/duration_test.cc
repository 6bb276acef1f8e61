#include "cli/duration.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <ctime>

#include "cli/clock.h"

using namespace std::chrono_literals;
using wasphere::cli::Deadline;
using wasphere::cli::describe_duration;
using wasphere::cli::local_time;
using wasphere::cli::parse_duration;
using wasphere::cli::parse_iso_time;

TEST_CASE("durations are read as people write them") {
  CHECK(parse_duration("500ms") == 500ms);
  CHECK(parse_duration("60s") == 60s);
  CHECK(parse_duration("60") == 60s);
  CHECK(parse_duration("2m") == 2min);
  CHECK(parse_duration("1h30m") == 90min);
  CHECK(parse_duration("1d") == 24h);
  CHECK(parse_duration("0") == 0s);
  CHECK(parse_duration("366d") == 366 * 24h);
}

TEST_CASE("what is no duration is refused with the text in the message") {
  const std::string text =
      GENERATE("", "abc", "-1s", "1x", "1h30", "30m1", "1.5h", "s", "367d", " 1s", "1s ",
               "99999999999999999999s", "366d1ms", "9223372036854775807d");
  const auto parsed = parse_duration(text);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().code == wasphere::ErrorCode::validation_failed);
  CHECK(parsed.error().message.find("'" + text + "'") != std::string::npos);
}

TEST_CASE("durations are told by their two largest units") {
  CHECK(describe_duration(0ms) == "0 s");
  CHECK(describe_duration(999ms) == "0 s");
  CHECK(describe_duration(12s) == "12 s");
  CHECK(describe_duration(62s) == "1 min 2 s");
  CHECK(describe_duration(1h + 5s) == "1 h");
  CHECK(describe_duration(3 * 24h + 4h + 5min) == "3 d 4 h");
}

TEST_CASE("ISO times are read to the millisecond") {
  const auto time = parse_iso_time("2026-05-25T08:00:00.250Z");
  REQUIRE(time);
  CHECK(time->time_since_epoch() == 1779696000250ms);
  CHECK(parse_iso_time("2026-05-25T08:00:00Z")->time_since_epoch() == 1779696000000ms);
  CHECK(parse_iso_time("2026-05-25T08:00:00.5Z")->time_since_epoch() == 1779696000500ms);
  CHECK(parse_iso_time("2026-05-25T08:00:00.1234567Z")->time_since_epoch() == 1779696000123ms);
}

TEST_CASE("other texts are no times") {
  const std::string text =
      GENERATE("", "support", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z",
               "2026-05-25T24:00:00Z", "2026-05-25 08:00:00Z", "2026-05-25T08:00:00",
               "2026-05-25T08:00:00.Z", "2026-05-25T08:00:00.xZ", "2026-05-25T0x:00:00Z",
               "+447700900124", "2026-05-25T08:00:00+01:00");
  CHECK_FALSE(parse_iso_time(text));
}

TEST_CASE("times are shown in the local zone") {
  ::setenv("TZ", "UTC-2", 1);  // POSIX: two hours east
  ::tzset();
  CHECK(local_time(*parse_iso_time("2026-05-25T23:00:00.999Z")) == "2026-05-26 01:00:00");
  ::unsetenv("TZ");
  ::tzset();
}

TEST_CASE("a deadline is over at its time and never without one") {
  CHECK(Deadline::after(0ms).passed());
  CHECK(Deadline::after(-5s).left() == 0ms);
  CHECK_FALSE(Deadline::after(1h).passed());
  CHECK(Deadline::after(1h).left(1s) == 1s);
  CHECK_FALSE(Deadline::never().passed());
  CHECK(Deadline::never().left(1s) == 1s);
}
