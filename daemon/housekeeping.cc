#include "daemon/housekeeping.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <functional>
#include <string>

#include "daemon/runtime/log.h"
#include "daemon/runtime/memory.h"
#include "daemon/store/admin.h"

namespace wasphere {
namespace {

constexpr runtime::Duration kRetirementInterval = std::chrono::hours(1);
constexpr std::size_t kRetirementBatch = 1000;  // rows a transaction, so that others get their turn
// After the start and its storm of connects, and once more when the last stragglers are up.
constexpr runtime::Duration kFirstTrim = std::chrono::seconds(6);
constexpr runtime::Duration kSecondTrim = std::chrono::seconds(60);
constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

std::int64_t days_before(std::int64_t now_ms, std::int64_t days) {
  return days == 0 ? 0 : now_ms - days * kDayMs;
}

// Says how many rows it dropped: kRetirementBatch if there may be more.
using Retirement = std::function<std::size_t(store::Tx&)>;

runtime::Task<> retire_all(store::Store& store, std::string what, Retirement retirement) {
  std::size_t retired = kRetirementBatch;
  while (retired == kRetirementBatch) {
    auto job = [&](store::Tx& tx) -> Result<std::size_t> { return retirement(tx); };
    auto done = co_await store.run(job);
    if (!done) {
      runtime::log_warning("store", "old {} were not retired: {}", what, done.error().message);
      co_return;
    }
    retired = *done;
  }
}

}  // namespace

Housekeeping::Housekeeping(boost::asio::io_context& io, runtime::Clock& clock, store::Store& store,
                           RetentionLimits limits)
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
    auto retirement = retire_old_rows(store_, limits_, runtime::unix_millis(clock_));
    boost::asio::co_spawn(io_, std::move(retirement), boost::asio::detached);
    plan_retirement();
  });
}

runtime::Task<> retire_old_rows(store::Store& store, RetentionLimits limits, std::int64_t now_ms) {
  Retirement events = [limits, now_ms](store::Tx& tx) {
    return tx.events.retire(limits.events.max_rows,
                            days_before(now_ms, limits.events.retention_days), kRetirementBatch);
  };
  co_await retire_all(store, "events", events);
  Retirement messages = [limits, now_ms](store::Tx& tx) {
    return tx.messages.retire(limits.messages.max_bytes,
                              days_before(now_ms, limits.messages.retention_days),
                              kRetirementBatch);
  };
  co_await retire_all(store, "messages", messages);
  Retirement answers = [now_ms](store::Tx& tx) -> std::size_t {
    tx.outbox.retire_idempotency(now_ms - store::kIdempotencyMs);
    return tx.api_keys.retire_answers(now_ms - store::kIdempotencyMs, kRetirementBatch);
  };
  co_await retire_all(store, "idempotency keys", answers);
  Retirement audit = [limits, now_ms](store::Tx& tx) -> std::size_t {
    // What was set at run time counts more than the configuration.
    const auto set = tx.workspace.setting("audit_days");
    const std::int64_t days = set ? std::stoll(*set) : limits.audit.retention_days;
    return tx.audit.retire(days_before(now_ms, days), kRetirementBatch);
  };
  co_await retire_all(store, "audit rows", audit);
}

runtime::Task<Result<std::int64_t>> last_event(store::Store& store) {
  auto job = [](store::Tx& tx) -> Result<std::int64_t> { return tx.events.last_seq(); };
  co_return co_await store.run(job);
}

}  // namespace wasphere
