// Outcomes: what becomes of messages that were sent, that expired or that somebody cancelled.
// Store thread only; each writes row, queue, trace and event in one transaction.
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "daemon/messaging/ack_verdict.h"
#include "daemon/messaging/context.h"
#include "daemon/messaging/encryption.h"
#include "daemon/store/store.h"

namespace wasphere::messaging {

// A message on its way, as far as its outcome needs it.
struct Underway {
  std::string id;
  wire::Jid to;                    // of the stanza
  wire::Jid peer;                  // canonical; empty for groups
  std::vector<wire::Jid> devices;  // as in Departure
  std::string phash;
  std::string addressing_mode;
  std::string type;  // text, edit, …
  std::vector<wire::Jid> new_holders;
};

struct Outcome {
  Underway message;
  AckVerdict verdict;
  stanza::MessageAck ack;      // empty if there was none
  std::int64_t finished = 0;   // when it came
  runtime::Duration pause{0};  // before it goes again, with AckAction::later
};

// The message row if its status changed.
std::optional<store::MessageRow> settle(store::Tx& tx, const JobContext& job,
                                        const Outcome& outcome, int max_attempts);
// The server has taken it for other devices than we did: some may have been missed.
bool counts_other_devices(const Outcome& outcome);
// failed, with `error` as its public reason.
std::optional<store::MessageRow> fail_message(store::Tx& tx, const JobContext& job,
                                              const std::string& id, const std::string& error,
                                              int code, const std::string& detail);
// Those of the queue whose time is over, but for the ones in flight.
std::vector<store::MessageRow> expire(store::Tx& tx, const JobContext& job,
                                      const std::set<std::string>& in_flight);
// The same for one, whatever its state in the queue.
std::optional<store::MessageRow> expire_message(store::Tx& tx, const JobContext& job,
                                                const std::string& id);
// True if a receipt has proved meanwhile that it was sent: it is not sent again.
bool drop_if_sent(store::Tx& tx, const JobContext& job, const std::string& id);
// What is known of a person's devices, and of a group's, has turned out to be wrong.
void drop_direct(store::Tx& tx, const JobContext& job, const wire::Jid& peer);
void drop_group(store::Tx& tx, const JobContext& job, const wire::Jid& group);
// conflict unless it still waits in the queue.
Result<store::MessageRow> cancel_message(store::Tx& tx, const JobContext& job,
                                         const std::string& id);

}  // namespace wasphere::messaging
