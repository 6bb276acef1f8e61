// Asking our own phone for messages that could not be read (protocol 2, section 6.7).
#pragma once

#include "core/model/message.h"
#include "daemon/messaging/context.h"

namespace wasphere::messaging {

wire::Jid own_phone(const stanza::OwnAddresses& own);
// Nothing without a session with the phone. To be sent after the commit. Store thread.
std::optional<wire::Node> make_phone_request(store::Tx& tx, const JobContext& job,
                                             const std::vector<model::MessageKey>& wanted);

}  // namespace wasphere::messaging
