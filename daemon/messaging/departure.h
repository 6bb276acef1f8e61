// Departure: a queued message as the stanza that leaves, encrypted for everybody. Store thread
// only, in the transaction that marks the message as on its way.
#pragma once

#include <optional>
#include <variant>

#include "daemon/messaging/audience.h"

namespace wasphere::messaging {

struct Departure {
  stanza::OutgoingMessage stanza;
  std::string phash;                   // over all devices that it is for
  wire::Jid peer;                      // canonical, bare; empty for groups
  std::vector<wire::Jid> new_holders;  // get our key of the group with it
  bool token_due = false;              // the peer has no recent privacy token of ours
};
// Nobody can be written to, and waiting does not change it.
struct Refusal {
  std::string error;  // public name
  std::string detail;
};
using Draft = std::variant<Departure, Needs, Refusal>;

// Reads only: nothing, if depart() would neither need nor refuse anything.
std::optional<Draft> obstacles(store::Tx& tx, const JobContext& job, const store::OutboxRow& row,
                               const Gaps& gaps);
// Encrypts, keeps the ratchets and what a retry is answered from.
Draft depart(store::Tx& tx, const JobContext& job, const store::OutboxRow& row, const Gaps& gaps);

}  // namespace wasphere::messaging
