// What our own devices tell us inside messages: address pairs, announcements of history, and
// messages that the phone found for us.
#pragma once

#include "daemon/messaging/keep_message.h"

namespace wasphere::messaging {

// Nothing happens if the sender is not one of our own devices and would have to be.
void keep_protocol(InboundJob& job, const Scene& scene, const model::Protocol& protocol,
                   Noted& noted);

}  // namespace wasphere::messaging
