// Answering who could not read a message of ours (protocol 2, section 6.6): from the durable store
// of sent messages, to that one device.
#pragma once

#include "daemon/messaging/receipts_in.h"

namespace wasphere::messaging {

// What is to be done. `resend`: pairwise for `device`, once there is a session with it.
struct RetryPlan {
  bool resend = false;
  bool has_session = false;
  wire::Jid device;  // canonical
};

// Takes the requester's new keys, forgets that he has our sender key, and decides. Counts. Store
// thread.
RetryPlan plan_retry(InboundJob& job, const RetryAsked& asked);

// The copy, encrypted; nothing if there is still no session, or the message is gone. To be sent
// after the commit. Store thread.
std::optional<wire::Node> make_copy(InboundJob& job, const RetryAsked& asked);

}  // namespace wasphere::messaging
