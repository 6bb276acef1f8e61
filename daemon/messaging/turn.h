// Turn: one transaction of the queue. It takes in new messages, writes what became of those that
// were sent, and picks and encrypts the next ones. Store thread only.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/messaging/admission.h"
#include "daemon/messaging/missed_devices.h"
#include "daemon/messaging/outcome.h"

namespace wasphere::messaging {

struct Turn {
  JobContext job;
  const Options& options;
  std::vector<const Request*> requests = {};
  std::vector<Outcome> outcomes = {};
  std::vector<std::string> cancellations = {};  // ids
  bool load = false;                            // the first turn: what was sent before the restart
  bool check_account = false;                   // the first turn over a line: whose messages wait

  // --- sending
  std::size_t window = 0;    // so many more may leave; 0: none
  bool choose = false;       // paced: which one is next, and its draw
  std::string send_id = {};  // paced: its time has come; empty: none
  std::set<std::string> in_flight = {};
  std::set<wire::Jid> busy_groups = {};  // our key is on its way to them: unknown who gets it
  std::vector<Missed> missed = {};
  std::set<std::string> renewed = {};  // ids: device lists were asked for once more already
  Gaps gaps = {};
  std::optional<Refusal> give_up = {};  // what is needed cannot be had
};

struct Taken {
  Departure departure;
  std::string type;  // text, edit, …
  int attempts = 0;
};

// The next message of a paced session.
struct Chosen {
  std::string id;
  wire::Jid to;  // as queued
  std::int64_t delay_ms = 0;
  std::int64_t typing_ms = 0;
};

struct TurnResult {
  std::vector<Result<Accepted>> accepted;            // of requests, in order
  std::vector<Result<store::MessageRow>> cancelled;  // of cancellations, in order
  std::vector<store::MessageRow> changed;            // whose status is another now
  std::vector<std::int64_t> sends;                   // if load
  std::vector<Taken> taken;                          // to be sent, in order
  std::optional<Chosen> chosen;
  std::vector<stanza::OutgoingMessage> copies;  // for devices that were missed
  std::vector<Missed> missed;                   // to be looked at in a later turn
  std::vector<std::string> renewed;             // ids, of this turn
  Needs needs;
  bool more = false;                      // there may be more that can go at once
  bool drained = false;                   // all that was queued has left
  std::optional<std::int64_t> next_time;  // when the queue wants attention by itself
};

Result<TurnResult> run_turn(store::Tx& tx, const Turn& turn);

}  // namespace wasphere::messaging
