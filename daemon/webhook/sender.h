// One attempt to deliver: the address is looked up, checked and posted to. Main thread only.
#pragma once

#include "daemon/net/http_client.h"
#include "daemon/net/name_lookup.h"
#include "daemon/net/url_guard.h"
#include "daemon/runtime/clock.h"
#include "daemon/webhook/policy.h"
#include "ipc/webhook_wire.h"

namespace wasphere::webhook {

struct Mail {
  std::string url;
  ipc::WebhookAttempt about;
  std::string body;
};

class Sender {
 public:
  // All must outlive the sender.
  Sender(net::HttpClient& client, net::NameLookup& names, const net::UrlGuard& guard)
      : client_(client), names_(names), guard_(guard) {}

  // Nothing if the daemon is stopping: then it is not known what became of it.
  runtime::Task<std::optional<Attempt>> send(Mail mail);
  // What the rules say of a URL now: validation_failed with the predicate, or ssrf_blocked. A host
  // that cannot be resolved passes; it is checked again before every attempt.
  runtime::Task<Status> check(std::string url);
  // Ends what is under way; nothing is sent any more.
  void stop() {
    stopped_ = true;
    client_.cancel_all();
  }

 private:
  runtime::Task<Result<net::HttpPost>> address(Mail mail);

  net::HttpClient& client_;
  net::NameLookup& names_;
  const net::UrlGuard& guard_;
  bool stopped_ = false;
};

}  // namespace wasphere::webhook
