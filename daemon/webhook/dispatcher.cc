#include "daemon/webhook/dispatcher.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "daemon/runtime/log.h"

namespace wasphere::webhook {
namespace {

constexpr runtime::Duration kRetirementInterval = std::chrono::hours(1);
constexpr std::size_t kRetirementBatch = 1000;  // rows a transaction, so that others get their turn

}  // namespace

Dispatcher::Dispatcher(Services services, Retention retention)
    : services_(services), retention_(retention), retirement_(services.clock.make_timer()) {}

Dispatcher::~Dispatcher() = default;

runtime::Task<Status> Dispatcher::start() {
  auto job = [](store::Tx& tx) -> Result<std::vector<store::WebhookRow>> {
    return tx.webhooks.all();
  };
  auto rows = co_await services_.store.run(job);
  if (!rows) co_return fail(std::move(rows).error());
  if (stopping_) co_return Status{};
  for (const store::WebhookRow& row : *rows) added(row.id);
  plan_retirement();
  co_return Status{};
}

runtime::Task<> Dispatcher::stop() {
  stopping_ = true;
  retirement_->cancel();
  const auto endpoints = std::exchange(endpoints_, {});  // calls in progress may remove some
  for (const auto& [id, endpoint] : endpoints) endpoint->stop();
  services_.sender.stop();
  for (const auto& [id, endpoint] : endpoints) co_await endpoint->finished();
}

void Dispatcher::wake() {
  for (auto& [id, endpoint] : endpoints_) endpoint->wake();
}

void Dispatcher::added(const std::string& webhook_id) {
  if (stopping_) return;
  auto endpoint = std::make_shared<Endpoint>(services_, webhook_id);
  endpoints_[webhook_id] = endpoint;
  endpoint->start();
}

void Dispatcher::changed(const std::string& webhook_id) {
  const auto found = endpoints_.find(webhook_id);
  if (found != endpoints_.end()) found->second->wake();
}

void Dispatcher::removed(const std::string& webhook_id) {
  const auto found = endpoints_.find(webhook_id);
  if (found == endpoints_.end()) return;
  found->second->wake();  // it sees that it is gone, and ends
  endpoints_.erase(found);
}

std::int64_t Dispatcher::cursor_of(const std::string& webhook_id) const {
  const auto found = endpoints_.find(webhook_id);
  return found == endpoints_.end() ? -1 : found->second->cursor();
}

void Dispatcher::plan_retirement() {
  retirement_->arm(kRetirementInterval, [this] {
    const std::int64_t now = runtime::unix_millis(services_.clock);
    const store::DeliveryLimits limits{now - retention_.dead_ms, now - retention_.delivered_ms,
                                       retention_.max_dead, retention_.max_delivered};
    boost::asio::co_spawn(services_.io, retire(services_.store, limits), boost::asio::detached);
    plan_retirement();
  });
}

runtime::Task<> Dispatcher::retire(store::Store& store, store::DeliveryLimits limits) {
  std::size_t gone = kRetirementBatch;
  while (gone == kRetirementBatch) {
    auto job = [&limits](store::Tx& tx) -> Result<std::size_t> {
      return tx.webhooks.retire(limits, kRetirementBatch);
    };
    auto done = co_await store.run(job);
    if (!done) {
      runtime::log_warning("webhook", "old deliveries were not retired: {}", done.error().message);
      co_return;
    }
    gone = *done;
  }
}

}  // namespace wasphere::webhook
