// <message> as a client sends it: what the server reads builds again, and reads the same.
#include "core/stanza/message.h"
#include "tests/fuzz/node_input.h"

namespace {

using wasphere::fuzz::over_the_wire;
using wasphere::fuzz::require;
namespace stanza = wasphere::stanza;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto node = wasphere::wire::decode_node({data, size});
  if (!node) return 0;
  auto message = stanza::parse_outgoing(*node);
  if (!message) return 0;
  auto again = stanza::parse_outgoing(over_the_wire(stanza::build_message(*message)));
  require(again && again->id == message->id && again->to == message->to);
  require(again->targets.size() == message->targets.size());
  require(again->common.has_value() == message->common.has_value());
  return 0;
}
