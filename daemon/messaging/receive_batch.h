// One transaction over the messages that wait: opened, kept, and what is answered afterwards.
#pragma once

#include <vector>

#include "core/model/message.h"
#include "daemon/messaging/inbound_job.h"

namespace wasphere::messaging {

struct BatchOutcome {
  std::vector<wire::Node> answers;  // to be sent after the commit, none before
  // Could not be read; our phone may have them, if no copy comes.
  std::vector<model::MessageKey> missed;
  std::vector<model::MessageKey> given_up;  // no copy was any better
};

// Store thread. Whatever the stanzas are, each is answered once; StoreFailure leaves all of them
// unanswered.
BatchOutcome receive_batch(InboundJob& job, const std::vector<wire::Node>& stanzas);

}  // namespace wasphere::messaging
