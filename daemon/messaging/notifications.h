// Notifications about people, their devices and groups (protocol 2, sections 2.5, 4.1, 4.8 and
// 5.1). What cannot be known any more is dropped, and asked for when it is needed.
#pragma once

#include "core/wire/node.h"
#include "daemon/messaging/inbound_job.h"

namespace wasphere::messaging {

struct NotificationOutcome {
  bool ours = false;                    // false: somebody else's to handle
  std::optional<wire::Jid> new_device;  // of this user: he needs a privacy token of ours again
};

// Store thread.
NotificationOutcome take_notification(InboundJob& job, const wire::Node& notification);

}  // namespace wasphere::messaging
