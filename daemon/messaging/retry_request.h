// Asking for a message again that could not be read (protocol 2, section 6.5).
#pragma once

#include "core/model/message.h"
#include "core/signal/failure.h"
#include "core/stanza/receipt.h"
#include "daemon/messaging/scene.h"

namespace wasphere::messaging {

struct AskedAgain {
  std::optional<wire::Node> receipt;  // nothing once it was asked for often enough
  bool first = false;                 // nothing was known of it before
  bool given_up = false;              // true the first time that there is no receipt
};
// Counted durably.
AskedAgain ask_again(InboundJob& job, const Scene& scene, const stanza::IncomingMessage& message,
                     signal::Fault fault);
// How our phone is asked for it.
model::MessageKey phone_key(const Scene& scene);
std::string_view fault_name(signal::Fault fault);

}  // namespace wasphere::messaging
