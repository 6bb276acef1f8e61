// Link: what the flows over one connection share. It and what it refers to live until the flows
// have ended.
#pragma once

#include <memory>

#include "daemon/messaging/account.h"
#include "daemon/runtime/task_group.h"
#include "daemon/session/connection.h"
#include "daemon/session/services.h"
#include "daemon/session/session_state.h"

namespace wasphere::session {

struct Link {
  const Services& services;
  const SessionOptions& options;
  SessionState& state;
  runtime::TaskGroup& tasks;  // work beside the stanza loop; joined before the next dial
  std::shared_ptr<Connection> connection;
  messaging::Account& account;

  std::int64_t now_ms() const { return runtime::unix_millis(services.clock); }
};

// The rest of the 30 s that an attempt has from its dial to a login or a QR.
inline constexpr runtime::Duration kLoginTimeout{30'000};
// How long WhatsApp may take to answer an ordinary request.
inline constexpr runtime::Duration kIqTimeout{30'000};

}  // namespace wasphere::session
