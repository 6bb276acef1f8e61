// What can go wrong with messages when a test asks for it (protocol 2, section 8.10). Each fault is
// consumed at one place: where the server acks, where it delivers, where it answers IQs.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/util/result.h"
#include "core/util/rng.h"
#include "core/wire/node.h"

namespace wasphere::sandbox {

enum class MessageFault : std::uint8_t {
  ack_error,        // the ack of a message carries the error `value`; it is not delivered
  ack_drop,         // the message goes on, its ack does not
  ack_delay,        // its ack comes `value` milliseconds later
  drop,             // a message to the device is not sent on this connection
  duplicate,        // a message is delivered twice
  reorder,          // a message is delivered after the next one
  corrupt,          // one byte of its last <enc> is wrong
  unknown_enc,      // its encs have a type nobody knows
  disconnect,       // the connection is cut instead of delivering a message
  withhold_key,     // a group message comes without the sender key that belongs to it
  withhold_notice,  // a device is not told of a change of another account or of a group
  refuse_query,     // a whole IQ for bundles gets the error `value`, 406 by default
};
// validation_failed names the kinds that there are.
Result<MessageFault> message_fault(std::string_view name);

class MessageFaults {
 public:
  struct Rule {
    MessageFault kind = MessageFault::drop;
    std::optional<wire::Jid> device;  // whose; without device number: of this account
    unsigned after = 0;               // so many go well first
    unsigned count = 1;
    int value = 0;
  };
  void add(Rule rule);
  void clear() { rules_.clear(); }
  // The value of the rule that applies now, used up by one.
  std::optional<int> take(MessageFault kind, const wire::Jid& device);
  bool any() const { return !rules_.empty(); }
  std::size_t size() const { return rules_.size(); }

 private:
  std::vector<Rule> rules_;
};

// Applies the faults of one device's deliveries.
class DeliveryFaults {
 public:
  struct Outcome {
    std::vector<wire::Node> stanzas;  // to be sent now, in this order
    bool disconnect = false;
  };
  // A message waits here for the next one, whatever faults are left.
  bool holds() const { return held_.has_value(); }
  Outcome apply(MessageFaults& faults, const wire::Jid& device, const wire::Node& message);

 private:
  std::optional<wire::Node> held_;
};

}  // namespace wasphere::sandbox
