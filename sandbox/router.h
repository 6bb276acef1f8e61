// What devices send to each other: checked, stamped, put into mailboxes (protocol 2, section 8).
#pragma once

#include <string>

#include "core/wire/node.h"
#include "sandbox/envelope.h"
#include "sandbox/mailbox.h"

namespace wasphere::sandbox {

struct Network;

class Router {
 public:
  explicit Router(Network& network) : network_(network) {}

  // Anything but an IQ. Answers go to `back`, what is for others to their mailboxes.
  void on_stanza(const wire::Jid& device, const wire::Node& stanza, Outlet& back);

 private:
  void on_message(const wire::Jid& device, const wire::Node& stanza, Outlet& back);
  void accept(const Envelope& envelope, wire::Node& ack);
  void on_receipt(const wire::Jid& device, const wire::Node& receipt, Outlet& back);
  void on_ack(const wire::Jid& device, const wire::Node& ack);
  void on_chat_state(const wire::Jid& device, const wire::Node& stanza);
  void clear_answered(const wire::Jid& device, const wire::Node& receipt);
  bool same_party(const wire::Jid& a, const wire::Jid& b) const;

  Network& network_;
};

// Puts the parts of a checked message into the mailboxes it is for.
// A repetition: only for the devices that asked for it, or for the one it names.
void fan_out(Network& network, const Envelope& envelope, bool again);
// Takes a receipt to whom it concerns: the author's devices, the authoring one, or one's own.
void forward_receipt(Network& network, const wire::Jid& device, const wire::Node& receipt);
// What the server holds the devices of this fan-out to be, if the sender thought of others.
std::string diverging_hash(const Network& network, const Envelope& envelope);

}  // namespace wasphere::sandbox
