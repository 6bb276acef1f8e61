// Time for everything outside core. No other file calls now(). Main thread only.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace wasphere::runtime {

using Duration = std::chrono::milliseconds;
using SteadyTime = std::chrono::steady_clock::time_point;
using SystemTime = std::chrono::system_clock::time_point;

// One pending callback. Destroying or re-arming cancels the earlier one; a callback never runs
// inside arm().
class Timer {
 public:
  virtual ~Timer() = default;
  virtual void arm(Duration after, std::function<void()> fire) = 0;
  virtual void cancel() = 0;
};

class Clock {
 public:
  virtual ~Clock() = default;
  virtual SteadyTime now_steady() const = 0;
  virtual SystemTime now_system() const = 0;
  virtual std::unique_ptr<Timer> make_timer() = 0;
};

// The host's clocks and Asio's timers. advance() moves both clocks ahead for good and fires what
// became due, from the io_context and in due order: only sandboxes use it. Timers may outlive the
// clock (coroutines that are suspended when a program ends do), but not the io_context.
class SystemClock final : public Clock {
 public:
  explicit SystemClock(boost::asio::io_context& io);
  ~SystemClock() override;
  SystemClock(const SystemClock&) = delete;
  SystemClock& operator=(const SystemClock&) = delete;

  SteadyTime now_steady() const override;
  SystemTime now_system() const override;
  std::unique_ptr<Timer> make_timer() override;
  // A negative `by` is ignored: steady time never goes back.
  void advance(Duration by);

 private:
  class SystemTimer;
  struct Impl;
  std::shared_ptr<Impl> impl_;  // shared with its timers
};

std::uint64_t unix_seconds(const Clock& clock);
std::int64_t unix_millis(const Clock& clock);
// "2026-05-25T08:00:00.000Z"
std::string iso8601(std::int64_t unix_ms);

}  // namespace wasphere::runtime
