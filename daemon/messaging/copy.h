// A message of ours once more, for one device alone: to answer a retry, or because it was missed.
// Store thread only.
#pragma once

#include "daemon/messaging/context.h"
#include "daemon/store/store.h"

namespace wasphere::messaging {

// Without its address.
stanza::OutgoingMessage begin_copy(const JobContext& job, const store::SentMessage& sent,
                                   stanza::Enc enc);
// What shows this person's server that we may write to him; empty if we have nothing.
Bytes privacy_token(store::Tx& tx, const JobContext& job, const wire::Jid& user);

}  // namespace wasphere::messaging
