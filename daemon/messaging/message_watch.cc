#include "daemon/messaging/message_watch.h"

#include <algorithm>

namespace wasphere::messaging {

using runtime::Duration;
using runtime::Task;
using store::MessageStatus;

bool reached(MessageStatus status, MessageStatus goal) {
  return status >= goal;  // what ends a message comes after all that it may pass
}

void MessageWatch::tell(const store::MessageRow& row) {
  const auto [first, last] = waiters_.equal_range(row.id);
  for (auto it = first; it != last; ++it) {
    Waiter& waiter = *it->second;
    if (waiter.row || !reached(row.status, waiter.goal)) continue;
    waiter.row = row;
    waiter.over.set();
  }
}

Task<std::optional<store::MessageRow>> MessageWatch::wait(std::string id, MessageStatus goal,
                                                          runtime::SteadyTime deadline) {
  if (closed_) co_return std::nullopt;
  const auto waiter = std::make_shared<Waiter>();
  waiter->goal = goal;
  const auto place = waiters_.emplace(id, waiter);
  const auto left = std::chrono::ceil<Duration>(deadline - clock_.now_steady());
  const auto timer = clock_.make_timer();
  timer->arm(std::max(left, Duration{0}), [waiter] { waiter->over.set(); });
  co_await waiter->over.wait();
  waiters_.erase(place);
  co_return std::move(waiter->row);
}

void MessageWatch::close() {
  closed_ = true;
  for (const auto& [id, waiter] : waiters_) waiter->over.set();
}

}  // namespace wasphere::messaging
