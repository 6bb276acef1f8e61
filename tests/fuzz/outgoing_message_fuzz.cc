// <message> and <receipt> as a client sends them: what the server reads, it can forward, and reads
// the same again.
#include "core/stanza/message_server.h"
#include "tests/fuzz/node_input.h"

namespace {

using wasphere::fuzz::over_the_wire;
using wasphere::fuzz::require;
namespace stanza = wasphere::stanza;

void read_again(const stanza::OutgoingMessage& message) {
  auto again = stanza::parse_outgoing(over_the_wire(stanza::build_message(message)));
  require(again && again->id == message.id && again->to == message.to);
  require(again->targets.size() == message.targets.size());
  require(again->common.has_value() == message.common.has_value());
}

stanza::Stamp stamp() {
  stanza::Stamp out;
  out.from = {"447700900123", "s.whatsapp.net", 2};
  return out;
}

void deliver(const stanza::OutgoingMessage& message) {
  for (const stanza::Target& target : message.targets)
    if (auto node = stanza::build_delivery(message, target.device, stamp()))
      require(stanza::parse_message(over_the_wire(*node), {}).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto node = wasphere::wire::decode_node({data, size});
  if (!node) return 0;
  if (stanza::parse_sent_receipt(*node))
    (void)over_the_wire(stanza::forward_receipt(*node, stamp()));
  auto message = stanza::parse_outgoing(*node);
  if (!message) return 0;
  read_again(*message);
  deliver(*message);
  return 0;
}
