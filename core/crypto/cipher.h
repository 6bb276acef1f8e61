// AES over OpenSSL. Pure.
#pragma once

#include "core/util/bytes.h"
#include "core/util/result.h"

namespace wasphere::crypto {

// AES-256-GCM, 12-byte IV; the 16-byte tag is the tail of the ciphertext.
Bytes aes_gcm_encrypt(BytesView key32, BytesView iv12, BytesView plaintext, BytesView aad);
Result<Bytes> aes_gcm_decrypt(BytesView key32, BytesView iv12, BytesView ciphertext, BytesView aad);
// AES-256-CBC with PKCS#7 padding.
Bytes aes_cbc_encrypt(BytesView key32, BytesView iv16, BytesView plaintext);
Result<Bytes> aes_cbc_decrypt(BytesView key32, BytesView iv16, BytesView ciphertext);
// AES-256-CTR with a 128-bit big-endian counter; the same call encrypts and decrypts.
Bytes aes_ctr(BytesView key32, BytesView iv16, BytesView data);

}  // namespace wasphere::crypto
