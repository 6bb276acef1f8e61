#include "daemon/runtime/clock.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <ctime>
#include <unordered_set>

namespace wasphere::runtime {
namespace asio = boost::asio;
namespace {
constexpr Duration kLongest =
    std::chrono::hours(24 * 365 * 10);  // keeps time points from overflowing
}

struct SystemClock::Impl {
  asio::io_context& io;
  Duration offset{0};
  std::unordered_set<SystemTimer*> armed;
};

class SystemClock::SystemTimer final : public Timer {
 public:
  explicit SystemTimer(std::shared_ptr<Impl> clock)
      : clock_(std::move(clock)), state_(std::make_shared<State>(clock_->io)) {}
  ~SystemTimer() override { SystemTimer::cancel(); }
  SystemTimer(const SystemTimer&) = delete;
  SystemTimer& operator=(const SystemTimer&) = delete;

  void arm(Duration after, std::function<void()> fire) override {
    state_->fire = std::move(fire);
    due_ = std::chrono::steady_clock::now() + clock_->offset +
           std::clamp(after, Duration{0}, kLongest);
    clock_->armed.insert(this);
    start();
  }

  void cancel() override {
    clock_->armed.erase(this);
    ++state_->generation;
    state_->fire = nullptr;
    state_->timer.cancel();
  }

  // Starts the wait for due_ anew. A completion that is queued already is of an older generation
  // then and does nothing: Asio can no longer cancel it.
  void start() {
    const auto generation = ++state_->generation;
    state_->timer.expires_at(due_ - clock_->offset);
    state_->timer.async_wait(
        [this, state = state_, generation](const boost::system::error_code& ec) {
          if (ec || generation != state->generation) return;
          clock_->armed.erase(this);
          const auto fire = std::exchange(state->fire, nullptr);
          fire();
        });
  }

 private:
  // Outlives the Timer in a completion that is queued already.
  struct State {
    explicit State(asio::io_context& io) : timer(io) {}
    asio::steady_timer timer;
    std::function<void()> fire;
    std::uint64_t generation = 0;
  };

  std::shared_ptr<Impl> clock_;
  std::shared_ptr<State> state_;
  SteadyTime due_;
};

SystemClock::SystemClock(asio::io_context& io) : impl_(std::make_shared<Impl>(Impl{io, {}, {}})) {}
SystemClock::~SystemClock() = default;

SteadyTime SystemClock::now_steady() const {
  return std::chrono::steady_clock::now() + impl_->offset;
}

SystemTime SystemClock::now_system() const {
  return std::chrono::system_clock::now() + impl_->offset;
}

std::unique_ptr<Timer> SystemClock::make_timer() {
  return std::make_unique<SystemTimer>(impl_);
}

void SystemClock::advance(Duration by) {
  impl_->offset += std::max(by, Duration{0});
  for (SystemTimer* timer : impl_->armed) timer->start();
}

std::int64_t unix_millis(const Clock& clock) {
  const auto since = clock.now_system().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

std::uint64_t unix_seconds(const Clock& clock) {
  return static_cast<std::uint64_t>(unix_millis(clock) / 1000);
}

std::string iso8601(std::int64_t unix_ms) {
  auto seconds = static_cast<std::time_t>(unix_ms / 1000);
  auto millis = unix_ms % 1000;
  if (millis < 0) {
    millis += 1000;
    --seconds;
  }
  std::tm utc{};
  if (gmtime_r(&seconds, &utc) == nullptr) return {};  // the year does not fit its int
  char date[64];
  const auto date_size = std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &utc);
  const std::string digits = std::to_string(1000 + millis);
  return std::string(date, date_size) + "." + digits.substr(1) + "Z";
}

}  // namespace wasphere::runtime
