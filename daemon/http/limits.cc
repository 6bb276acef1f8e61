#include "daemon/http/limits.h"

#include <algorithm>

namespace wasphere::http {
namespace {

constexpr runtime::Duration kWindow = std::chrono::minutes(1);
constexpr std::size_t kMostNames = 10'000;

}  // namespace

bool RateLimiter::over(const Window& window) const {
  return clock_.now_steady() - window.begin >= kWindow;
}

Budget RateLimiter::budget(const Window& window) const {
  const auto passed =
      std::chrono::duration_cast<runtime::Duration>(clock_.now_steady() - window.begin);
  Budget out;
  out.limit = limit_;
  out.remaining = std::max<std::int64_t>(0, limit_ - window.used);
  out.reset_ms = (kWindow - passed).count();
  out.exceeded = window.used > limit_;
  out.first_excess = window.used == limit_ + 1;
  return out;
}

Budget RateLimiter::count(const std::string& name) {
  if (limit_ == 0) return {};
  if (windows_.size() >= kMostNames && !windows_.contains(name)) make_room();
  auto [found, made] = windows_.try_emplace(name, Window{clock_.now_steady()});
  if (over(found->second)) found->second = Window{clock_.now_steady()};
  ++found->second.used;
  return budget(found->second);
}

Budget RateLimiter::look(const std::string& name) const {
  const auto found = windows_.find(name);
  if (limit_ == 0 || found == windows_.end() || over(found->second)) return {};
  Budget out = budget(found->second);
  out.exceeded = found->second.used >= limit_;
  return out;
}

// Somebody with very many addresses makes the others forget their count, not the daemon its memory.
void RateLimiter::make_room() {
  std::erase_if(windows_, [&](const auto& entry) { return over(entry.second); });
  if (windows_.size() >= kMostNames) windows_.clear();
}

}  // namespace wasphere::http
