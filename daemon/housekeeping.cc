#include "daemon/housekeeping.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "daemon/runtime/log.h"
#include "daemon/runtime/memory.h"

namespace wasphere {
namespace {

constexpr runtime::Duration kRetirementInterval = std::chrono::hours(1);
constexpr std::size_t kRetirementBatch = 1000;  // rows a transaction, so that others get their turn
// After the start and its storm of connects, and once more when the last stragglers are up.
constexpr runtime::Duration kFirstTrim = std::chrono::seconds(6);
constexpr runtime::Duration kSecondTrim = std::chrono::seconds(60);
constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

}  // namespace

Housekeeping::Housekeeping(boost::asio::io_context& io, runtime::Clock& clock, store::Store& store,
                           config::Events limits)
    : io_(io),
      clock_(clock),
      store_(store),
      limits_(limits),
      retirement_(clock.make_timer()),
      trim_(clock.make_timer()) {
  trim_->arm(kFirstTrim, [this] {
    runtime::give_back_memory();
    trim_->arm(kSecondTrim, runtime::give_back_memory);
  });
  plan_retirement();
}

void Housekeeping::stop() {
  retirement_->cancel();
  trim_->cancel();
}

void Housekeeping::plan_retirement() {
  retirement_->arm(kRetirementInterval, [this] {
    const std::int64_t now = runtime::unix_millis(clock_);
    const std::int64_t older_than =
        limits_.retention_days == 0 ? 0 : now - limits_.retention_days * kDayMs;
    boost::asio::co_spawn(io_, retire(store_, limits_.max_rows, older_than), boost::asio::detached);
    plan_retirement();
  });
}

runtime::Task<> Housekeeping::retire(store::Store& store, std::int64_t max_rows,
                                     std::int64_t older_than) {
  std::size_t retired = kRetirementBatch;
  while (retired == kRetirementBatch) {
    auto job = [&](store::Tx& tx) -> Result<std::size_t> {
      return tx.events.retire(max_rows, older_than, kRetirementBatch);
    };
    auto done = co_await store.run(job);
    if (!done) {
      runtime::log_warning("events", "old events were not retired: {}", done.error().message);
      co_return;
    }
    retired = *done;
  }
}

runtime::Task<Result<std::int64_t>> last_event(store::Store& store) {
  auto job = [](store::Tx& tx) -> Result<std::int64_t> { return tx.events.last_seq(); };
  co_return co_await store.run(job);
}

}  // namespace wasphere
