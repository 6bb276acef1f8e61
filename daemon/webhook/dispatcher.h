// All webhooks of this daemon at work, one Endpoint each. Main thread only.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "daemon/webhook/endpoint.h"

namespace wasphere::webhook {

struct Retention {
  std::int64_t dead_ms = 30LL * 24 * 3600 * 1000;
  std::int64_t delivered_ms = 7LL * 24 * 3600 * 1000;
  std::int64_t max_dead = 10'000;  // of each webhook
  std::int64_t max_delivered = 10'000;
};

class Dispatcher {
 public:
  Dispatcher(Services services, Retention retention);
  ~Dispatcher();  // after stop()
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  // Takes up what was owed when the last daemon ended.
  runtime::Task<Status> start();
  runtime::Task<> stop();
  // After a commit that appended events.
  void wake();

  void added(const std::string& webhook_id);
  void changed(const std::string& webhook_id);
  void removed(const std::string& webhook_id);
  // Up to where a webhook has taken up events; -1: it does not say.
  std::int64_t cursor_of(const std::string& webhook_id) const;

 private:
  void plan_retirement();
  static runtime::Task<> retire(store::Store& store, store::DeliveryLimits limits);

  Services services_;
  Retention retention_;
  std::map<std::string, std::shared_ptr<Endpoint>> endpoints_;
  std::unique_ptr<runtime::Timer> retirement_;
  bool stopping_ = false;
};

}  // namespace wasphere::webhook
