// Webhooks and their deliveries. Same contract as store.h: used inside a transaction on the store
// thread, StoreFailure on what nobody can mend.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasphere::store {

struct WebhookRow {
  std::string id;  // wh_…
  std::string name;
  std::string url;
  std::vector<std::string> events;       // names; "*" stands for all
  std::vector<std::string> session_ids;  // empty: of every session and of none
  bool active = true;
  bool buffer_when_inactive = false;  // keep events as dead letters meanwhile
  int retry_max = 9;                  // attempts a delivery gets
  int failure_count = 0;              // dead deliveries in a row
  std::int64_t failing_since = 0;     // first failed attempt since the last success
  std::string disabled_reason;        // why it was switched off by itself; empty: it was not
  std::int64_t cursor = 0;            // events up to this one have their deliveries
  std::int64_t created_at = 0;
  std::int64_t last_delivered_at = 0;
  std::int64_t last_failed_at = 0;
};

struct WebhookSecrets {
  std::string current;
  std::string previous;             // also signs until previous_until; empty: none
  std::int64_t previous_until = 0;  // Unix milliseconds
};

enum class DeliveryStatus : std::uint8_t { pending, retrying, delivered, dead };
std::string_view delivery_status_name(DeliveryStatus status);
std::optional<DeliveryStatus> delivery_status_from_name(std::string_view name);

// One event for one webhook. Its id and body never change, whatever number of attempts it takes.
struct DeliveryRow {
  std::int64_t seq = 0;  // assigned by enqueue(); the order of a lane
  std::string id;        // dlv_…
  std::string webhook_id;
  std::string event_id;
  std::string event;       // its type
  std::string session_id;  // empty: none
  std::string order_key;   // with the session: the lane
  DeliveryStatus status = DeliveryStatus::pending;
  int attempts = 0;  // made
  int last_status_code = 0;
  std::string last_error;
  std::int64_t next_attempt_at = 0;
  std::int64_t created_at = 0;
  std::int64_t finished_at = 0;  // delivered, or given up
  std::string body;
};

struct DeliveryQuery {
  std::string webhook_id;
  std::optional<DeliveryStatus> status;
  std::int64_t before = 0;  // only smaller seqs, newest first; 0: from the newest
  std::size_t limit = 50;
};

// Finished deliveries to be made anew.
struct RequeueQuery {
  std::string webhook_id;
  std::int64_t from = 0;            // made at this time or later
  std::int64_t to = 0;              // and before this one; 0: no bound
  std::vector<std::string> events;  // empty: all
  bool delivered_too = false;       // not the dead ones only
};

struct WebhookBacklog {
  std::int64_t open = 0;
  std::int64_t oldest_open_at = 0;  // 0: none is open
  std::int64_t dead = 0;
};

struct DeliveryLimits {
  std::int64_t dead_before = 0;       // dead ones from before this go; 0: none
  std::int64_t delivered_before = 0;  // and delivered ones
  std::int64_t max_dead = 0;          // of one webhook, the oldest go first
  std::int64_t max_delivered = 0;
};

// A lane is what must be delivered in order: (webhook, session, order key). Of each only the oldest
// open delivery is due, so that another lane may overtake one that waits for its next attempt.
class WebhookRepo {
 public:
  virtual ~WebhookRepo() = default;
  virtual void insert(const WebhookRow& row, const WebhookSecrets& secrets) = 0;
  virtual bool update(const WebhookRow& row) = 0;  // false: there is none of that id
  virtual std::optional<WebhookRow> find(const std::string& id) = 0;
  virtual std::vector<WebhookRow> all() = 0;                  // by creation time
  virtual bool remove(const std::string& id) = 0;             // with its deliveries
  virtual WebhookSecrets secrets(const std::string& id) = 0;  // sealed at rest
  virtual void save_secrets(const std::string& id, const WebhookSecrets& secrets) = 0;

  virtual void enqueue(const DeliveryRow& row) = 0;
  // Saves status, attempts, error, times; the lane moves on when it is finished.
  virtual void settle(const DeliveryRow& row) = 0;
  // The heads of lanes whose time has come, those that wait longest first.
  virtual std::vector<DeliveryRow> due(const std::string& webhook_id, std::int64_t now,
                                       std::size_t limit) = 0;
  // When the next lane's time comes that is later than `now`.
  virtual std::optional<std::int64_t> next_due(const std::string& webhook_id, std::int64_t now) = 0;
  // Lanes that wait for a next attempt need not wait any longer.
  virtual void hasten(const std::string& webhook_id, std::int64_t now) = 0;

  virtual std::optional<DeliveryRow> find_delivery(const std::string& webhook_id,
                                                   const std::string& id) = 0;
  virtual std::vector<DeliveryRow> deliveries(const DeliveryQuery& query) = 0;
  // One finished delivery to be made anew; false if it is none. Its lane need not wait any longer.
  virtual bool reopen(const std::string& webhook_id, const std::string& id, std::int64_t now) = 0;
  virtual std::size_t requeue(const RequeueQuery& query, std::int64_t now) = 0;
  virtual WebhookBacklog backlog(const std::string& webhook_id) = 0;
  // Finished deliveries beyond the limits, at most `limit` of them; says how many went.
  virtual std::size_t retire(const DeliveryLimits& limits, std::size_t limit) = 0;
};

}  // namespace wasphere::store
