// The only place of the command line that looks at a clock.
#pragma once

#include <chrono>
#include <optional>

#include "cli/duration.h"

namespace wasphere::cli {

UnixTime wall_time();

// Waits that long before something is tried again.
void pause_for(Milliseconds duration);

// A point in time after which waiting ends; without a limit it never comes.
class Deadline {
 public:
  static Deadline never() { return {}; }
  static Deadline after(Milliseconds limit);

  bool passed() const { return left() == Milliseconds(0); }
  // What is left, at most `longest`; never negative.
  Milliseconds left(Milliseconds longest = std::chrono::hours(24)) const;

 private:
  std::optional<std::chrono::steady_clock::time_point> at_;
};

}  // namespace wasphere::cli
