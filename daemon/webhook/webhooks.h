// Every operation on webhooks that can be asked of this daemon. Main thread only.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "daemon/webhook/dispatcher.h"

namespace wasphere::webhook {

struct NewWebhook {
  std::string url;
  std::vector<std::string> events;
  std::string name;  // empty: the host of the URL
  std::vector<std::string> session_ids;
  int retry_max = kMostAttempts;
  bool active = true;
  bool buffer_when_inactive = false;
  std::string secret;  // empty: one is made
};

// What is missing keeps its value.
struct WebhookPatch {
  std::optional<std::string> url;
  std::optional<std::vector<std::string>> events;
  std::optional<std::string> name;
  std::optional<std::vector<std::string>> session_ids;
  std::optional<int> retry_max;
  std::optional<bool> active;
  std::optional<bool> buffer_when_inactive;
};

// A webhook as a caller means it. Those he does not reach are for him as if they were not there.
struct Ref {
  std::string id;
  std::string within;  // the session that all its events must be of; empty: any
  Ref(std::string of, std::string only_within = "")
      : id(std::move(of)), within(std::move(only_within)) {}
};

struct WithSecret {
  store::WebhookRow row;
  std::string secret;
};
struct WithBacklog {
  store::WebhookRow row;
  store::WebhookBacklog backlog;
};
struct TestResult {
  Attempt attempt;
  std::int64_t latency_ms = 0;
};

// Errors are the public ones: webhook_not_found, delivery_not_found, validation_failed with the
// field, ssrf_blocked, conflict, shutting_down, storage_unavailable.
class Webhooks {
 public:
  Webhooks(Services services, Dispatcher& dispatcher)
      : services_(services), dispatcher_(dispatcher) {}

  template <class T>
  using Answer = runtime::Task<Result<T>>;

  // What is asked before a changed webhook is kept, on the store thread.
  using Permit = std::function<Status(const store::WebhookRow&)>;

  Answer<WithSecret> create(NewWebhook request);
  Answer<std::vector<store::WebhookRow>> list(std::string within = "");
  Answer<WithBacklog> find(Ref webhook);
  Answer<store::WebhookRow> update(Ref webhook, WebhookPatch patch, Permit permit = {});
  Answer<std::string> remove(Ref webhook);
  Answer<TestResult> test(Ref webhook);
  // The old secret also signs for 24 hours more.
  Answer<WithSecret> rotate_secret(Ref webhook, std::string secret);
  // The queries are those of this webhook, whatever id they hold.
  Answer<std::vector<store::DeliveryRow>> deliveries(Ref webhook, store::DeliveryQuery query);
  Answer<store::DeliveryRow> redeliver(Ref webhook, std::string delivery_id);
  Answer<std::int64_t> replay(Ref webhook, store::RequeueQuery query);

 private:
  std::int64_t now() const { return runtime::unix_millis(services_.clock); }
  runtime::Task<Status> check_url(std::string url);
  std::string secret_or_random(std::string secret);

  Services services_;
  Dispatcher& dispatcher_;
};

}  // namespace wasphere::webhook
