// What refers to another message: reactions, votes, edits and deletions, plain or sealed under the
// secret of the message they are about (protocol 2, section 7.5).
#pragma once

#include "daemon/messaging/keep_message.h"

namespace wasphere::messaging {

void keep_reaction(InboundJob& job, const Scene& scene, const model::Parsed& parsed);
void keep_vote(InboundJob& job, const Scene& scene, const model::Parsed& parsed);
void keep_edit(InboundJob& job, const Scene& scene, const model::Parsed& parsed);
void keep_revoke(InboundJob& job, const Scene& scene, const model::Parsed& parsed);
void keep_secret(InboundJob& job, const Scene& scene, const model::Parsed& parsed);

}  // namespace wasphere::messaging
