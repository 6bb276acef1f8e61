#include "daemon/messaging/pacer.h"

#include <algorithm>

namespace wasphere::messaging {

namespace {

constexpr std::int64_t kTypingPerCharacterMs = 50;
constexpr std::int64_t kTypingMinMs = 600;
constexpr std::int64_t kTypingMaxMs = 4000;
// An unpaced burst is not remembered beyond what any rate limit could look back on.
constexpr std::size_t kMaxSends = 10'000;

// The rolling window is free from then on. Times ahead of `now` are from before the clock was set
// back, and count as now.
std::int64_t window_opens(const std::deque<std::int64_t>& sends, std::int64_t limit,
                          std::int64_t now) {
  if (limit <= 0 || static_cast<std::int64_t>(sends.size()) < limit) return 0;
  const std::int64_t oldest = sends[sends.size() - static_cast<std::size_t>(limit)];
  return std::min(oldest, now) + kRateWindowMs + 1;
}

std::int64_t earliest_send(const History& history, const store::SessionSettings& settings,
                           std::int64_t delay_ms, std::int64_t now) {
  std::int64_t earliest = now;
  if (history.finished() > 0)
    earliest = std::max(earliest, std::min(history.finished(), now) + delay_ms);
  return std::max(earliest, window_opens(history.sends(), settings.rate_limit_per_min, now));
}

}  // namespace

bool is_paced(const store::SessionSettings& settings) {
  return settings.msg_delay_max_ms > 0 || settings.rate_limit_per_min > 0 ||
         settings.typing_simulation;
}

void History::note_send(std::int64_t time) {
  sends_.push_back(time);
  if (sends_.size() > kMaxSends) sends_.pop_front();
}

void History::load(const std::vector<std::int64_t>& sends) {
  sends_.assign(sends.begin(), sends.end());
  std::sort(sends_.begin(), sends_.end());
  if (!sends_.empty()) finished_ = std::max(finished_, sends_.back());
}

void History::forget_before(std::int64_t time) {
  while (!sends_.empty() && sends_.front() < time) sends_.pop_front();
}

std::int64_t draw_delay(const store::SessionSettings& settings, Rng& rng) {
  const std::int64_t low = std::max<std::int64_t>(settings.msg_delay_min_ms, 0);
  const std::int64_t high = std::max(settings.msg_delay_max_ms, low);
  return static_cast<std::int64_t>(
      rng.between(static_cast<std::uint64_t>(low), static_cast<std::uint64_t>(high)));
}

std::int64_t draw_typing(std::size_t characters, Rng& rng) {
  const std::int64_t plain = std::clamp(
      static_cast<std::int64_t>(std::min<std::size_t>(characters, 100'000)) * kTypingPerCharacterMs,
      kTypingMinMs, kTypingMaxMs);
  return plain * static_cast<std::int64_t>(rng.between(800, 1200)) / 1000;
}

std::size_t count_characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

Plan plan_send(const History& history, const store::SessionSettings& settings,
               std::int64_t delay_ms, std::int64_t typing_ms, std::int64_t now) {
  Plan plan;
  plan.send_at = earliest_send(history, settings, delay_ms, now);
  if (typing_ms <= 0) return plan;
  plan.composing_at = std::max(now, plan.send_at - typing_ms);
  plan.send_at = std::max(plan.send_at, plan.composing_at + typing_ms);
  return plan;
}

std::int64_t estimate_send(const History& history, const store::SessionSettings& settings,
                           std::int64_t position, std::int64_t now) {
  const std::int64_t delay = (settings.msg_delay_min_ms + settings.msg_delay_max_ms) / 2;
  History future = history;
  future.forget_before(now - kRateWindowMs);
  std::int64_t at = now;
  for (std::int64_t i = 0; i < position; ++i) {
    at = plan_send(future, settings, delay, 0, at).send_at;
    future.note_send(at);
    future.note_finish(at);
  }
  return at;
}

}  // namespace wasphere::messaging
