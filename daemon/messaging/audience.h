// Audience: the devices that a message is for, from what the store knows. Store thread only.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "daemon/messaging/encryption.h"

namespace wasphere::messaging {

// What must be asked of WhatsApp before a message can be encrypted. Bare users, canonical devices.
struct Needs {
  std::set<wire::Jid> users;
  std::set<wire::Jid> devices;
  std::set<wire::Jid> groups;

  bool none() const { return users.empty() && devices.empty() && groups.empty(); }
  void add(const Needs& more);
};

// What WhatsApp could not tell when it was asked, so that it is not asked again at once.
struct Gaps {
  std::set<wire::Jid> users;          // not on WhatsApp
  std::set<wire::Jid> devices;        // without a usable bundle
  std::map<wire::Jid, Error> groups;  // why there is no metadata
};

struct Recipient {
  wire::Jid wire;     // as in <to jid>
  wire::Jid address;  // of the ratchet
  bool own = false;
};

struct Audience {
  wire::Jid to;    // of the stanza, bare
  wire::Jid self;  // we, bare, in the same namespace
  wire::Jid peer;  // canonical, bare; of a direct chat
  std::string addressing_mode;
  std::vector<Recipient> recipients;  // never this very device
  std::set<wire::Jid> members;        // of a group: canonical users, us included
};

// A device list older than this is asked for anew.
inline constexpr std::int64_t kDeviceListMs = 3'600'000;

// Adds to `needs` what is missing; the audience is complete only if nothing was added.
Audience direct_audience(store::Tx& tx, const JobContext& job, const wire::Jid& to,
                         const Gaps& gaps, Needs& needs);
Audience group_audience(store::Tx& tx, const JobContext& job, const stanza::GroupInfo& group,
                        const Gaps& gaps, Needs& needs);

}  // namespace wasphere::messaging
