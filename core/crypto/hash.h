// SHA-256, SHA-1, MD5, HMAC, HKDF and PBKDF2 over OpenSSL. Pure; they throw only when OpenSSL
// itself fails.
#pragma once

#include "core/util/bytes.h"

namespace wasphere::crypto {

ByteArray<32> sha256(BytesView data);
ByteArray<20> sha1(BytesView data);  // the pre-key digest of the wire protocol
ByteArray<16> md5(BytesView data);   // buildHash of the wire protocol
ByteArray<32> hmac_sha256(BytesView key, BytesView data);
// RFC 5869. An empty salt means 32 zero bytes.
Bytes hkdf_sha256(BytesView key_material, BytesView salt, BytesView info, std::size_t length);
ByteArray<32> pbkdf2_sha256(BytesView password, BytesView salt, unsigned iterations);

}  // namespace wasphere::crypto
