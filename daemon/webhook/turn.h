// One transaction of an endpoint: what ended is recorded, new events become deliveries, and what is
// due is read. On the store thread.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "daemon/events/event.h"
#include "daemon/store/store.h"
#include "daemon/store/webhooks.h"
#include "daemon/webhook/policy.h"

namespace wasphere::webhook {

struct Finished {
  store::DeliveryRow delivery;  // as it was when the attempt began
  Attempt attempt;
};

struct TurnInput {
  std::string webhook_id;
  std::vector<Finished> finished;
  std::set<std::string> in_flight;  // lanes that must not be touched
  std::int64_t cursor = -1;         // -1: as stored
  std::int64_t now = 0;
  int failed_in_a_row = 0;
  std::size_t slots = 0;     // deliveries that may begin
  bool record_only = false;  // the daemon is stopping
};

struct TurnResult {
  bool gone = false;  // there is no such webhook any more
  store::WebhookRow webhook;
  store::WebhookSecrets secrets;
  std::vector<store::DeliveryRow> due;
  std::int64_t cursor = 0;
  std::int64_t next_due = 0;  // 0: nothing waits for its time
  int failed_in_a_row = 0;
  bool more = false;          // events or deliveries are left that could be taken at once
  bool switched_off = false;  // by one of these attempts
  std::int64_t missed = 0;    // events that were retired before they were taken up
};

// Lanes are named by this.
std::string lane_of(const store::DeliveryRow& delivery);

TurnResult take_turn(store::Tx& tx, const TurnInput& input, Rng& rng, events::Encoder& encoder);

}  // namespace wasphere::webhook
