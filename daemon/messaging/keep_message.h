// Keeping what was opened: rows and events, in the transaction that moved the ratchet on.
#pragma once

#include <vector>

#include "daemon/messaging/scene.h"

namespace wasphere::messaging {

// What the answer to the stanza depends on.
struct Noted {
  bool shown = false;         // somebody else's message that a person may read
  bool history_sync = false;  // our phone announced a piece of history
};

Noted keep_message(InboundJob& job, const Scene& scene, std::vector<model::Parsed> parts);

// The row and its event, once: not if it is stored already. A placeholder is replaced.
void keep_row(InboundJob& job, const store::MessageRow& row);
// The placeholder of what could not be read, and its event, once.
void keep_placeholder(InboundJob& job, const Scene& scene, std::string_view reason);

}  // namespace wasphere::messaging
