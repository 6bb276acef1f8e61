// Answers to requests for pre-key bundles.
#include "core/stanza/usync.h"
#include "tests/fuzz/node_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto node = wasphere::wire::decode_node({data, size});
  if (!node) return 0;
  auto bundles = wasphere::stanza::parse_bundles(*node);
  if (!bundles) return 0;
  for (const auto& fetched : *bundles) {
    wasphere::fuzz::require(!fetched.device.user.empty());
    wasphere::fuzz::require(!fetched.bundle || fetched.bundle->one_time.size() <= 1);
  }
  return 0;
}
