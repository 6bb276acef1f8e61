// The acks of messages: at once, unless a fault holds them back.
#pragma once

#include <list>
#include <memory>

#include "core/wire/node.h"
#include "daemon/runtime/clock.h"
#include "sandbox/mailbox.h"

namespace wasphere::sandbox {

struct Network;

class Acks {
 public:
  explicit Acks(Network& network) : network_(network) {}
  void answer(const wire::Jid& device, const wire::Node& ack, Outlet& back);

 private:
  Network& network_;
  std::list<std::unique_ptr<runtime::Timer>> late_;
};

}  // namespace wasphere::sandbox
