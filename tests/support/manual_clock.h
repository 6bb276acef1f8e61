// A clock that stands still until the test moves it.
#pragma once

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "daemon/runtime/clock.h"

namespace wasphere::test {

// Timers fire inside advance(), in due order (armed first, fired first when due together), each at
// its own time. Given an io_context, advance() also runs the handlers that are ready: before the
// first timer, after each, and at the end, so that what coroutines arm on their way takes part.
// Timers may outlive the clock; they never fire then.
class ManualClock final : public runtime::Clock {
 public:
  explicit ManualClock(boost::asio::io_context* io = nullptr) : io_(io) {}

  runtime::SteadyTime now_steady() const override { return state_->steady; }
  runtime::SystemTime now_system() const override { return system_; }
  std::unique_ptr<runtime::Timer> make_timer() override {
    return std::make_unique<ManualTimer>(state_);
  }

  void advance(runtime::Duration by) {
    const auto target = state_->steady + by;
    poll();
    while (pending() > 0 && state_->timers.begin()->first.first <= target) {
      fire_first();
      poll();
    }
    move_to(target);
  }

  // Moves to the next pending timer and fires it; false if there is none.
  bool advance_to_next() {
    poll();
    if (pending() == 0) return false;
    fire_first();
    poll();
    return true;
  }

  std::size_t pending() const { return state_->timers.size(); }
  // How long until the next timer; the longest duration if there is none.
  runtime::Duration until_next() const {
    if (pending() == 0) return runtime::Duration::max();
    const auto due = state_->timers.begin()->first.first;
    return std::chrono::ceil<runtime::Duration>(due - state_->steady);
  }

 private:
  using Key = std::pair<runtime::SteadyTime, std::uint64_t>;
  struct State {
    runtime::SteadyTime steady{std::chrono::hours(1)};
    std::map<Key, std::function<void()>> timers;
    std::uint64_t armed = 0;
  };

  class ManualTimer final : public runtime::Timer {
   public:
    explicit ManualTimer(std::shared_ptr<State> state) : state_(std::move(state)) {}
    ~ManualTimer() override { ManualTimer::cancel(); }
    ManualTimer(const ManualTimer&) = delete;
    ManualTimer& operator=(const ManualTimer&) = delete;

    void arm(runtime::Duration after, std::function<void()> fire) override {
      cancel();
      key_ = {state_->steady + std::max(after, runtime::Duration{0}), ++state_->armed};
      state_->timers.emplace(key_, std::move(fire));
    }
    void cancel() override { state_->timers.erase(key_); }

   private:
    std::shared_ptr<State> state_;
    Key key_{};
  };

  void fire_first() {
    const auto first = state_->timers.begin();
    const auto due = first->first.first;
    const auto fire = std::move(first->second);
    state_->timers.erase(first);
    move_to(due);
    fire();
  }

  void move_to(runtime::SteadyTime target) {
    if (target <= state_->steady) return;
    system_ += std::chrono::duration_cast<runtime::SystemTime::duration>(target - state_->steady);
    state_->steady = target;
  }

  void poll() {
    if (io_ == nullptr) return;
    io_->restart();
    io_->poll();
  }

  boost::asio::io_context* io_;
  std::shared_ptr<State> state_ = std::make_shared<State>();
  runtime::SystemTime system_{std::chrono::seconds(1'780'000'000)};  // 2026-05-28T20:26:40Z
};

}  // namespace wasphere::test
