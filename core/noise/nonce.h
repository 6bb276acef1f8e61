// How a message counter becomes an AES-GCM IV.
#pragma once

#include "core/util/bytes.h"

namespace wasphere::noise {

// Eight zero bytes, then the counter in big endian (protocol 1, section 2.1).
inline ByteArray<12> nonce_iv(std::uint32_t counter) {
  ByteArray<12> iv{};
  for (std::size_t i = 0; i < 4; ++i)
    iv[8 + i] = static_cast<std::uint8_t>(counter >> (24 - 8 * i));
  return iv;
}

}  // namespace wasphere::noise
