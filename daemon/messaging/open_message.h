// Opening a message: ratchets and sender keys forward, plaintext parsed (protocol 2, sections 1.5,
// 1.6 and 6.2). Nothing is kept but keys.
#pragma once

#include <optional>
#include <vector>

#include "core/model/message.h"
#include "core/signal/failure.h"
#include "core/stanza/message.h"
#include "daemon/messaging/inbound_job.h"

namespace wasphere::messaging {

enum class Outcome : std::uint8_t {
  opened,       // `parts` is what it says
  duplicate,    // all of it was opened before
  unreadable,   // `fault` says why: to be asked for again
  garbage,      // opened, but no message is inside
  unsupported,  // no form that we know
  no_secret,    // a reply of a bot to somebody else's question
};

struct Opened {
  Outcome outcome = Outcome::opened;
  std::vector<model::Parsed> parts;  // of each <enc>, in the order they were opened
  std::optional<signal::Fault> fault;
};

// `sender` is the authenticated author, resolved.
Opened open_message(InboundJob& job, const stanza::IncomingMessage& message, const Person& sender);

}  // namespace wasphere::messaging
