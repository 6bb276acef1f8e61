#include "cli/clock.h"

#include <algorithm>
#include <thread>

namespace wasphere::cli {

UnixTime wall_time() {
  return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
}

void pause_for(Milliseconds duration) {
  std::this_thread::sleep_for(duration);
}

Deadline Deadline::after(Milliseconds limit) {
  Deadline out;
  out.at_ = std::chrono::steady_clock::now() + limit;
  return out;
}

Milliseconds Deadline::left(Milliseconds longest) const {
  if (!at_) return longest;
  const auto rest = std::chrono::ceil<Milliseconds>(*at_ - std::chrono::steady_clock::now());
  return std::clamp(rest, Milliseconds(0), longest);
}

}  // namespace wasphere::cli
