// <receipt> as it arrives.
#include "core/stanza/receipt.h"
#include "tests/fuzz/node_input.h"

namespace {

using wasphere::fuzz::require;
namespace stanza = wasphere::stanza;

const stanza::OwnAddresses kOwn{{"5511999999999", "s.whatsapp.net", 3},
                                {"123456789012345", "lid", 3}};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto node = wasphere::wire::decode_node({data, size});
  if (!node) return 0;
  auto receipt = stanza::parse_receipt(*node, kOwn);
  if (!receipt) return 0;
  require(!receipt->ids.empty() && !receipt->readers.empty() && !receipt->chat.user.empty());
  require((receipt->type == stanza::ReceiptType::retry) == receipt->retry.has_value());
  return 0;
}
