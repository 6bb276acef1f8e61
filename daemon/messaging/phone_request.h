// Asking our own phone for messages that could not be read (protocol 2, section 6.7).
#pragma once

#include <optional>

#include "core/model/message.h"
#include "daemon/messaging/context.h"
#include "daemon/store/store.h"

namespace wasphere::messaging {

wire::Jid own_phone(const stanza::OwnAddresses& own);

struct PhoneRequest {
  std::optional<wire::Node> stanza;  // to be sent after the commit
  bool lacks_session = false;        // with the phone: once there is one, again
};
// For those whose placeholder still stands. Store thread.
PhoneRequest make_phone_request(store::Tx& tx, const JobContext& job,
                                const std::vector<model::MessageKey>& wanted);

}  // namespace wasphere::messaging
