// What a linked device may ask, and the answers (protocol 1, section 11.4). One row an operation.
#pragma once

#include <optional>

#include "core/wire/node.h"

namespace wasphere::sandbox {

class LoginRole;
struct Network;

struct IqContext {
  Network& network;
  LoginRole* login;                     // null: not on a connection of its own
  const wire::Jid& device;              // who asks
  std::optional<wire::Jid> unlinked{};  // forgotten already; to be told after the answer went out
};

// Pings, props and the like, which need no account; error 501 for what is unknown.
wire::Node stateless_answer(const Network& network, const wire::Node& iq);
// Always an answer: error 501 if the operation is unknown.
wire::Node handle_iq(IqContext& context, const wire::Node& iq);

}  // namespace wasphere::sandbox
