// Admission: a request becomes a queued message, durably and once. Store thread only.
#pragma once

#include "daemon/messaging/context.h"
#include "daemon/store/store.h"

namespace wasphere::messaging {

struct Request {
  NewMessage message;
  wire::Jid to;                                        // what message.to means
  std::shared_ptr<MessageWatch::Wait> wait = nullptr;  // for this message, once it is accepted
};

// Writes everything or, with an error, nothing. `position` is filled, the estimate is not. `ahead`
// is what the queue holds, and holds the message too afterwards.
Result<Accepted> admit(store::Tx& tx, const JobContext& job, const Options& options,
                       const Request& request, store::Backlog& ahead);

}  // namespace wasphere::messaging
