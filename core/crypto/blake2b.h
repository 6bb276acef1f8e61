// Keyed BLAKE2b (RFC 7693) of 32 bytes, for what is stored as a hash. Pure.
#pragma once

#include "core/util/bytes.h"

namespace wasphere::crypto {

// `key` has 16 to 64 bytes.
ByteArray<32> blake2b(BytesView key, BytesView data);

}  // namespace wasphere::crypto
