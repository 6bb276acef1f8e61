// Departure: a queued message as the stanza that leaves, encrypted for everybody. Store thread
// only, in the transaction that marks the message as on its way.
#pragma once

#include <map>
#include <optional>
#include <variant>

#include "daemon/messaging/audience.h"

namespace wasphere::messaging {

struct Departure {
  stanza::OutgoingMessage stanza;
  std::vector<wire::Jid> devices;      // all that it is for, as they are addressed; and this one
  std::string phash;                   // over those
  wire::Jid peer;                      // canonical, bare; empty for groups
  std::vector<wire::Jid> new_holders;  // get our key of the group with it
  bool token_due = false;              // the peer has no recent privacy token of ours
  std::string detail;                  // how it leaves, for its trace
};
// Nobody can be written to, and waiting does not change it.
struct Refusal {
  std::string error;  // public name
  std::string detail;
  wire::Jid stale = {};  // unless this person's devices are others than we knew; empty: nobody's
};
using Draft = std::variant<Departure, Needs, Refusal>;

// What the departures of one transaction share, so that a burst to one chat reads it once.
struct Desk {
  Desk(store::Tx& tx_in, const JobContext& job_in, const Gaps& gaps_in)
      : tx(tx_in), job(job_in), gaps(gaps_in), ratchets(tx_in.signal, job_in.id()) {}

  struct Chat {
    Audience audience;
    std::optional<wire::Jid> other;  // the other address of a person
    store::PrivacyTokens tokens;     // of a person
    std::set<wire::Jid> holders;     // of our key of a group
  };

  store::Tx& tx;
  const JobContext& job;
  const Gaps& gaps;
  Ratchets ratchets;                // to be flushed at the end
  std::map<wire::Jid, Chat> chats;  // complete ones, by the address queued for
};

// Writes nothing: no draft, if depart() would neither need nor refuse anything.
std::optional<Draft> obstacles(Desk& desk, const store::OutboxRow& row);
// Encrypts, moves the ratchets on, and keeps what a retry is answered from.
Draft depart(Desk& desk, const store::OutboxRow& row);

}  // namespace wasphere::messaging
