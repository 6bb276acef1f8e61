// Devices that a message has missed. WhatsApp counted others than we did, so those that the new
// lists show get copies of their own, under the same id (protocol 2, section 4.6). Store thread
// only.
#pragma once

#include "daemon/messaging/departure.h"

namespace wasphere::messaging {

struct Missed {
  std::string id;
  wire::Jid to;                    // of the stanza
  std::vector<wire::Jid> reached;  // as in Departure::devices
};

// Adds to `needs` what must be asked first; there are no copies then.
std::vector<stanza::OutgoingMessage> copies_for_missed(Desk& desk, const Missed& missed,
                                                       Needs& needs);

}  // namespace wasphere::messaging
