// Durations and times as people write and read them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/util/result.h"

namespace wasphere::cli {

using Milliseconds = std::chrono::milliseconds;
// Milliseconds since 1970-01-01T00:00:00Z.
using UnixTime = std::chrono::time_point<std::chrono::system_clock, Milliseconds>;

// "60s", "500ms", "2m", "1h30m", "1d"; a bare number is seconds. At most 366 days.
Result<Milliseconds> parse_duration(std::string_view text);
// The two largest units: "3 d 4 h", "12 s".
std::string describe_duration(Milliseconds duration);

// "2026-05-25T08:00:00.000Z", fraction optional; nothing for anything else.
std::optional<UnixTime> parse_iso_time(std::string_view text);
// "2026-05-25T08:00:00Z", for the daemon.
std::string utc_time(UnixTime time);
// "2026-05-25 10:00:00" in the local time zone.
std::string local_time(UnixTime time);

}  // namespace wasphere::cli
