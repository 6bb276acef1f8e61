// The reader of a stored device. What it accepts must be what the writer writes.
#include <algorithm>

#include "core/stanza/device.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto device = wasphere::stanza::parse_device({data, size});
  if (!device) return 0;
  wasphere::Bytes again = wasphere::stanza::serialize(*device);
  if (!std::equal(again.begin(), again.end(), data, data + size)) __builtin_trap();
  return 0;
}
