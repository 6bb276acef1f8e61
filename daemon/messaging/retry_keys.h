// What a retry receipt does to the session with the device that sent it (protocol 2, section 6.6,
// steps 3 and 4).
#pragma once

#include "daemon/messaging/receipts_in.h"

namespace wasphere::messaging {

// False: the request is to be refused.
bool renew_session(InboundJob& job, const RetryAsked& asked, const Person& requester);

}  // namespace wasphere::messaging
