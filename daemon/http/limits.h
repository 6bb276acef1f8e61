// Counting requests in windows of a minute. Main thread only.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "daemon/runtime/clock.h"

namespace wasphere::http {

// Where somebody stands in his window.
struct Budget {
  std::int64_t limit = 0;  // 0: there is none
  std::int64_t remaining = 0;
  std::int64_t reset_ms = 0;  // until the next window begins
  bool exceeded = false;
  bool first_excess = false;  // the first request of the window that went over
};

class RateLimiter {
 public:
  // `limit` requests a minute for each name; 0: no limit.
  RateLimiter(runtime::Clock& clock, std::int64_t limit) : clock_(clock), limit_(limit) {}

  Budget count(const std::string& name);       // one request more
  Budget look(const std::string& name) const;  // without counting
  // Names are not kept for ever: those whose window is over go when there are many.
  std::size_t size() const { return windows_.size(); }

 private:
  struct Window {
    runtime::SteadyTime begin;
    std::int64_t used = 0;
  };
  bool over(const Window& window) const;
  Budget budget(const Window& window) const;
  void make_room();

  runtime::Clock& clock_;
  std::int64_t limit_;
  std::unordered_map<std::string, Window> windows_;
};

}  // namespace wasphere::http
