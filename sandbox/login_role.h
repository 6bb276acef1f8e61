// A linked device on its login connection: the opening stanzas, its IQs, acks (protocol 1, sections
// 7, 9).
#pragma once

#include "core/wire/jid.h"
#include "core/wire/node.h"
#include "sandbox/mailbox.h"
#include "sandbox/message_faults.h"

namespace wasphere::sandbox {

class Link;
struct Network;

class LoginRole final : public Outlet {
 public:
  LoginRole(Link& link, Network& network, wire::Jid device, bool passive)
      : link_(link), network_(network), device_(std::move(device)), active_(!passive) {}
  ~LoginRole() override;

  // Ends an older connection of the same device, then greets.
  void start();
  void on_node(const wire::Node& node);
  // What waits for the device comes once it says that it is active (protocol 1, section 7.3).
  void deliver(const wire::Node& stanza) override;
  void set_active(bool active) { active_ = active; }
  const wire::Jid& device() const { return device_; }

 private:
  void replace_older();
  void on_iq(const wire::Node& iq);

  Link& link_;
  Network& network_;
  const wire::Jid device_;
  bool active_;
  DeliveryFaults delivery_faults_;
};

}  // namespace wasphere::sandbox
