// <message> as it arrives, and what answers it.
#include "core/stanza/message.h"
#include "core/stanza/receipt.h"
#include "tests/fuzz/node_input.h"

namespace {

using wasphere::fuzz::over_the_wire;
using wasphere::fuzz::require;
namespace stanza = wasphere::stanza;

const stanza::OwnAddresses kOwn{{"5511999999999", "s.whatsapp.net", 3},
                                {"123456789012345", "lid", 3}};

void answer(const stanza::IncomingMessage& message) {
  auto type = stanza::receipt_type(message, true);
  (void)over_the_wire(stanza::build_receipt({message.id}, stanza::receipt_address(message), type));
  (void)over_the_wire(stanza::build_retry_receipt(message, 2, 4, 1, stanza::OwnKeys{}));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto node = wasphere::wire::decode_node({data, size});
  if (!node) return 0;
  (void)stanza::parse_message_ack(*node);
  auto message = stanza::parse_message(*node, kOwn);
  if (!message) return 0;
  require(!message->id.empty() && !message->chat.user.empty() && !message->sender.user.empty());
  require(message->from_me == kOwn.is_own(message->sender));
  answer(*message);
  return 0;
}
