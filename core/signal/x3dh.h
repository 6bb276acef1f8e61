// The two roles of X3DH (protocol 2, section 1.3). Only for .cc files of core/signal.
#pragma once

#include "core/signal/session_cipher.h"

namespace wasphere::signal {

Outcome<SessionState> initiate(const LocalIdentity& own, const PreKeyBundle& bundle, Rng& rng);
// `one_time` is null if the message names none.
Outcome<SessionState> respond(const LocalIdentity& own, const stanza::SignedPreKey& signed_pre_key,
                              const stanza::PreKey* one_time, const PreKeyHeader& header);

}  // namespace wasphere::signal
