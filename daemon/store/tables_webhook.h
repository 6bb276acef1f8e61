// WebhookRepo on SQLite. Store thread only, inside a transaction.
#pragma once

#include "daemon/store/tables.h"
#include "daemon/store/webhooks.h"

namespace wasphere::store {

class SqliteWebhookRepo final : public WebhookRepo {
 public:
  explicit SqliteWebhookRepo(Tables& tables) : tables_(tables) {}
  void insert(const WebhookRow& row, const WebhookSecrets& secrets) override;
  bool update(const WebhookRow& row) override;
  std::optional<WebhookRow> find(const std::string& id) override;
  std::vector<WebhookRow> all() override;
  bool remove(const std::string& id) override;
  WebhookSecrets secrets(const std::string& id) override;
  void save_secrets(const std::string& id, const WebhookSecrets& secrets) override;

  void enqueue(const DeliveryRow& row) override;
  void settle(const DeliveryRow& row) override;
  std::vector<DeliveryRow> due(const std::string& webhook_id, std::int64_t now,
                               std::size_t limit) override;
  std::optional<std::int64_t> next_due(const std::string& webhook_id, std::int64_t now) override;
  void hasten(const std::string& webhook_id, std::int64_t now) override;

  std::optional<DeliveryRow> find_delivery(const std::string& webhook_id,
                                           const std::string& id) override;
  std::vector<DeliveryRow> deliveries(const DeliveryQuery& query) override;
  bool reopen(const std::string& webhook_id, const std::string& id, std::int64_t now) override;
  std::size_t requeue(const RequeueQuery& query, std::int64_t now) override;
  WebhookBacklog backlog(const std::string& webhook_id) override;
  std::size_t retire(const DeliveryLimits& limits, std::size_t limit) override;

 private:
  void refresh_lane(const DeliveryRow& row);
  std::size_t requeue_kind(const RequeueQuery& query, DeliveryStatus status, std::int64_t now);
  std::size_t retire_kind(DeliveryStatus status, std::int64_t before, std::int64_t max_rows,
                          std::size_t limit);
  std::size_t retire_surplus(const std::string& webhook_id, DeliveryStatus status,
                             std::int64_t max_rows, std::size_t limit);

  Tables& tables_;
};

}  // namespace wasphere::store
