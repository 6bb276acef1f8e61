#include "core/crypto/blake2b.h"

#include <sodium.h>

#include <stdexcept>

namespace wasphere::crypto {

ByteArray<32> blake2b(BytesView key, BytesView data) {
  ByteArray<32> out;
  const int failed =
      crypto_generichash(out.data(), out.size(), data.data(), data.size(), key.data(), key.size());
  if (failed != 0) throw std::invalid_argument("BLAKE2b takes keys of at most 64 bytes");
  return out;
}

}  // namespace wasphere::crypto
