#include "core/util/rng.h"

namespace wasphere {

Bytes Rng::bytes(std::size_t count) {
  Bytes out(count);
  fill(out);
  return out;
}

std::uint64_t Rng::between(std::uint64_t low, std::uint64_t high) {
  std::uint64_t range = high - low + 1;  // 0 stands for the whole 64-bit range
  std::uint64_t limit = range == 0 ? 0 : (UINT64_MAX / range) * range;
  for (;;) {  // rejection keeps the distribution even
    ByteArray<8> raw = array<8>();
    std::uint64_t value = 0;
    for (std::uint8_t byte : raw) value = (value << 8) | byte;
    if (range == 0) return value;
    if (value < limit) return low + value % range;
  }
}

}  // namespace wasphere
