// A clock that stands still until the test moves it.
#pragma once

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <map>
#include <utility>

#include "daemon/runtime/clock.h"

namespace wasphere::test {

// Timers fire inside advance(), in due order (armed first, fired first when due together), each at
// its own time. Given an io_context, advance() also runs the handlers that are ready: before the
// first timer, after each, and at the end, so that what coroutines arm on their way takes part.
// Timers must not outlive the clock.
class ManualClock final : public runtime::Clock {
 public:
  explicit ManualClock(boost::asio::io_context* io = nullptr) : io_(io) {}

  runtime::SteadyTime now_steady() const override { return steady_; }
  runtime::SystemTime now_system() const override { return system_; }
  std::unique_ptr<runtime::Timer> make_timer() override {
    return std::make_unique<ManualTimer>(*this);
  }

  void advance(runtime::Duration by) {
    const auto target = steady_ + by;
    poll();
    while (!timers_.empty() && timers_.begin()->first.first <= target) {
      fire_first();
      poll();
    }
    move_to(target);
  }

  // Moves to the next pending timer and fires it; false if there is none.
  bool advance_to_next() {
    poll();
    if (timers_.empty()) return false;
    fire_first();
    poll();
    return true;
  }

  std::size_t pending() const { return timers_.size(); }
  // How long until the next timer; the longest duration if there is none.
  runtime::Duration until_next() const {
    if (timers_.empty()) return runtime::Duration::max();
    return std::chrono::ceil<runtime::Duration>(timers_.begin()->first.first - steady_);
  }

 private:
  using Key = std::pair<runtime::SteadyTime, std::uint64_t>;

  class ManualTimer final : public runtime::Timer {
   public:
    explicit ManualTimer(ManualClock& clock) : clock_(clock) {}
    ~ManualTimer() override { ManualTimer::cancel(); }
    ManualTimer(const ManualTimer&) = delete;
    ManualTimer& operator=(const ManualTimer&) = delete;

    void arm(runtime::Duration after, std::function<void()> fire) override {
      cancel();
      key_ = {clock_.steady_ + std::max(after, runtime::Duration{0}), ++clock_.armed_};
      clock_.timers_.emplace(key_, std::move(fire));
    }
    void cancel() override { clock_.timers_.erase(key_); }

   private:
    ManualClock& clock_;
    Key key_{};
  };

  void fire_first() {
    const auto first = timers_.begin();
    const auto due = first->first.first;
    const auto fire = std::move(first->second);
    timers_.erase(first);
    move_to(due);
    fire();
  }

  void move_to(runtime::SteadyTime target) {
    if (target <= steady_) return;
    system_ += std::chrono::duration_cast<runtime::SystemTime::duration>(target - steady_);
    steady_ = target;
  }

  void poll() {
    if (io_ == nullptr) return;
    io_->restart();
    io_->poll();
  }

  boost::asio::io_context* io_;
  runtime::SteadyTime steady_{std::chrono::hours(1)};
  runtime::SystemTime system_{std::chrono::seconds(1'780'000'000)};  // 2026-05-28T20:26:40Z
  std::map<Key, std::function<void()>> timers_;
  std::uint64_t armed_ = 0;
};

}  // namespace wasphere::test
