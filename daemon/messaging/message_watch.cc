#include "daemon/messaging/message_watch.h"

#include <algorithm>

namespace wasphere::messaging {

using runtime::Duration;
using runtime::Task;
using store::MessageStatus;

// What ends a message comes after all that it may pass.
bool reached(MessageStatus status, MessageStatus goal) {
  return status >= goal;
}

void MessageWatch::tell(const store::MessageRow& row) {
  const auto [first, last] = waits_.equal_range(row.id);
  for (auto it = first; it != last; ++it) {
    const std::shared_ptr<Wait> wait = it->second.lock();
    if (!wait || wait->row || !reached(row.status, wait->goal)) continue;
    wait->row = row;
    wait->over.set();
  }
}

std::shared_ptr<MessageWatch::Wait> MessageWatch::expect(const std::string& id,
                                                         MessageStatus goal) {
  prune();
  auto wait = std::make_shared<Wait>();
  wait->goal = goal;
  if (closed_) wait->over.set();
  waits_.emplace(id, wait);
  return wait;
}

Task<std::optional<store::MessageRow>> MessageWatch::wait(std::shared_ptr<Wait> wait,
                                                          runtime::SteadyTime deadline) {
  const auto left = std::chrono::ceil<Duration>(deadline - clock_.now_steady());
  const auto timer = clock_.make_timer();
  timer->arm(std::max(left, Duration{0}), [wait] { wait->over.set(); });
  co_await wait->over.wait();
  co_return std::move(wait->row);
}

bool MessageWatch::idle() const {
  return std::all_of(waits_.begin(), waits_.end(),
                     [](const auto& one) { return one.second.expired(); });
}

void MessageWatch::close() {
  closed_ = true;
  for (const auto& [id, weak] : waits_)
    if (const auto wait = weak.lock()) wait->over.set();
}

// Now and then, so that each costs little.
void MessageWatch::prune() {
  if (waits_.size() < prune_at_) return;
  std::erase_if(waits_, [](const auto& one) { return one.second.expired(); });
  prune_at_ = std::max(kPruneAt, 2 * waits_.size());
}

}  // namespace wasphere::messaging
