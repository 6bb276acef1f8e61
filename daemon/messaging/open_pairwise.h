// One "pkmsg" or "msg" in its transaction: session record, pre-keys, identity.
#pragma once

#include "core/signal/failure.h"
#include "core/stanza/message.h"
#include "daemon/messaging/inbound_job.h"

namespace wasphere::messaging {

// The plaintext, still padded. On success the record is put and a used pre-key removed.
signal::Outcome<Bytes> open_pairwise(InboundJob& job, const Person& sender, const stanza::Enc& enc);

// The other person has new keys: who has our sender keys and which devices he has is no longer
// known. Tells it.
void identity_changed(InboundJob& job, const Person& person);

}  // namespace wasphere::messaging
