#include "daemon/messaging/message_watch.h"

#include <algorithm>

namespace wasphere::messaging {

using runtime::Duration;
using runtime::Task;
using store::MessageRow;
using store::MessageStatus;

// What ends a message comes after all that it may pass.
bool reached(MessageStatus status, MessageStatus goal) {
  return status >= goal;
}

void MessageWatch::tell(const store::MessageRow& row) {
  for (const auto& wait : waiting_for(row.id))
    if (reached(row.status, wait->goal)) wait->reach(row);
}

void MessageWatch::sent(const std::string& id, std::int64_t time_ms, int attempts) {
  for (const auto& wait : waiting_for(id)) {
    if (!wait->known || !reached(MessageStatus::sent, wait->goal)) continue;
    MessageRow row = *wait->known;
    row.status = MessageStatus::sent;
    row.time = row.sent_at = time_ms;
    row.attempts = attempts;
    wait->reach(std::move(row));
  }
}

std::vector<std::shared_ptr<MessageWatch::Wait>> MessageWatch::waiting_for(
    const std::string& id) const {
  std::vector<std::shared_ptr<Wait>> out;
  const auto [first, last] = waits_.equal_range(id);
  for (auto it = first; it != last; ++it)
    if (auto wait = it->second.lock(); wait && !wait->row) out.push_back(std::move(wait));
  return out;
}

std::shared_ptr<MessageWatch::Wait> MessageWatch::expect(const std::string& id,
                                                         MessageStatus goal) {
  auto wait = std::make_shared<Wait>();
  wait->goal = goal;
  add(id, wait);
  return wait;
}

void MessageWatch::expect(const std::shared_ptr<Wait>& wait, const MessageRow& known) {
  wait->known = known;
  if (reached(known.status, wait->goal)) return wait->reach(known);
  add(known.id, wait);
}

void MessageWatch::add(const std::string& id, const std::shared_ptr<Wait>& wait) {
  prune();
  if (closed_) wait->over.set();
  waits_.emplace(id, wait);
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
  return std::ranges::all_of(waits_, [](const auto& one) {
    const auto wait = one.second.lock();
    return !wait || wait->row;
  });
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
