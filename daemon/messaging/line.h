// Line: what messaging needs of a connection that is logged in. session::Connection is one; tests
// have a scripted one.
#pragma once

#include <string>

#include "core/stanza/device.h"
#include "core/util/result.h"
#include "core/wire/node.h"
#include "daemon/runtime/clock.h"
#include "daemon/runtime/task.h"
#include "daemon/store/records.h"

namespace wasphere::messaging {

// Main thread only.
class Line {
 public:
  virtual ~Line() = default;
  virtual void send(const wire::Node& node) = 0;  // dropped silently once it has ended
  // Fails with whatsapp_timeout, or session_not_connected when the line ends first.
  virtual runtime::Task<Result<wire::Node>> iq(wire::Node request, runtime::Duration timeout) = 0;
  virtual std::string next_id() = 0;
  virtual bool ended() const = 0;
  // Ends the connection: what it brought cannot be kept, so it is not acknowledged and comes again.
  virtual void give_up(const Error& why) = 0;
};

// The session as messaging sees it; outlives the Account.
class AccountView {
 public:
  virtual ~AccountView() = default;
  virtual const store::SessionRow& row() const = 0;
  virtual const stanza::Device* device() const = 0;  // null: not loaded, or not linked
};

}  // namespace wasphere::messaging
