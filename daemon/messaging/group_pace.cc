#include "daemon/messaging/group_pace.h"

#include <algorithm>

#include "daemon/runtime/task_group.h"

namespace wasphere::messaging {

using runtime::Duration;

namespace {

constexpr Duration kBetween{1'000};
constexpr Duration kWindow{60'000};
constexpr std::size_t kMostInWindow = 20;
constexpr Duration kPatience{3'000};

Error too_fast(Duration wait) {
  Error out{ErrorCode::rate_limited,
            "A session changes groups at most once a second and 20 times a minute."};
  out.retry_after_ms = wait.count();
  return out;
}

}  // namespace

runtime::Task<Status> GroupPace::take_turn() {
  CO_TRY(const Duration wait, reserve());
  if (wait.count() == 0) co_return Status{};
  runtime::Pause pause;
  co_await pause.sleep(clock_, wait);
  co_return Status{};
}

Result<Duration> GroupPace::reserve() {
  const auto now = clock_.now_steady();
  while (!turns_.empty() && turns_.front() + kWindow <= now) turns_.pop_front();
  auto at = now;
  if (!turns_.empty()) at = std::max(at, turns_.back() + kBetween);
  if (turns_.size() >= kMostInWindow)
    at = std::max(at, turns_[turns_.size() - kMostInWindow] + kWindow);
  const auto wait = std::chrono::ceil<Duration>(at - now);
  if (wait > kPatience) return fail(too_fast(wait));
  turns_.push_back(at);
  return wait;
}

}  // namespace wasphere::messaging
