// What an attempt means for its delivery and its webhook: the ladder, dead letters, and when a
// webhook is switched off. Pure.
#pragma once

#include <string>

#include "core/util/rng.h"
#include "daemon/store/webhooks.h"

namespace wasphere::webhook {

inline constexpr int kMostAttempts = 9;
inline constexpr int kMostDeadInARow = 50;
inline constexpr std::int64_t kLongestFailure = 3LL * 24 * 3600 * 1000;  // milliseconds

struct Attempt {
  int status = 0;     // HTTP status; 0: there was no answer
  std::string error;  // in general words, without a reason that would tell of our network
  std::int64_t retry_after_ms = 0;
};

// In general words: "Endpoint returned 500."
std::string describe(const Attempt& attempt);
inline bool succeeded(const Attempt& attempt) {
  return attempt.status >= 200 && attempt.status < 300;
}

// The wait after `attempts` failed ones: 1 s, 5 s, 30 s, 2 min, 10 min, 1 h, 3 h, 12 h, each up to
// a fifth shorter or longer; and not shorter than the receiver asks, up to an hour.
std::int64_t wait_after(int attempts, std::int64_t retry_after_ms, Rng& rng);

// Records the attempt in both rows. The webhook is not active afterwards if it answered 410, if
// its 50th delivery in a row died, or if it has failed for three days.
void settle(const Attempt& attempt, std::int64_t now, Rng& rng, store::WebhookRow& webhook,
            store::DeliveryRow& delivery);

// Whether the webhook is to be told of the event.
bool wants(const store::WebhookRow& webhook, const std::string& event,
           const std::string& session_id);

}  // namespace wasphere::webhook
