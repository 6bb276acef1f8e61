// Removing our device from the account on the phone (protocol 1, section 8.5).
#pragma once

#include <memory>

#include "core/wire/jid.h"
#include "daemon/session/connection.h"

namespace wasphere::session {

// Over a connection that is logged in. True: the server has confirmed it, or had removed us
// already.
runtime::Task<bool> ask_to_unlink(std::shared_ptr<Connection> connection, wire::Jid own,
                                  runtime::Duration patience);
// Dials for it; `dial.timeout` covers everything from the dial to the confirmation.
runtime::Task<bool> dial_to_unlink(std::shared_ptr<Connection> connection, Dial dial,
                                   wire::Jid own);

}  // namespace wasphere::session
