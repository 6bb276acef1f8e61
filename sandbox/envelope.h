// A <message> that a device handed in, with what the server needs to know about it. It refers to
// the stanza and to the sender's account, and lives as long as one call.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/wire/node.h"
#include "sandbox/records.h"

namespace wasphere::sandbox {

struct Network;
struct Group;

// One <enc> and the device it is for, as the sender addressed it.
struct Addressed {
  wire::Jid device;
  const wire::Node* enc = nullptr;  // null: named without content, as viewers of a status are
};

struct Envelope {
  const wire::Node& stanza;
  const wire::Jid& sender;       // the device, in phone number form
  const AccountRecord& account;  // the sender's
  std::string id;
  wire::Jid to;  // as it came
  std::uint64_t time = 0;
  const AccountRecord* recipient = nullptr;  // one to one
  const Group* group = nullptr;
  bool status = false;  // to status@broadcast
  bool peer = false;    // to the own phone
  bool fan_out = false;
  std::vector<Addressed> targets{};         // under <participants>
  std::vector<const wire::Node*> direct{};  // <enc> beside it

  bool retry() const;
  // A repetition, or what one device alone was still to get.
  bool to_one_device() const;
  // Of the devices it goes to and of the address it goes out from.
  std::string address_space() const;
};

Envelope open_envelope(const Network& network, const wire::Jid& sender, const wire::Node& stanza);

// 0: nothing is wrong with it.
struct Verdict {
  int error = 0;
  bool drop = false;      // as if it had never come
  const char* rule = "";  // what is wrong, for the log
};
Verdict check_envelope(const Network& network, const Envelope& envelope);

}  // namespace wasphere::sandbox
