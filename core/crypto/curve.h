// Curve25519: key pairs, agreement (RFC 7748) and XEdDSA signatures (Signal's specification), over
// libsodium. Public keys are 32 raw bytes, without the 0x05 type byte.
#pragma once

#include "core/util/bytes.h"
#include "core/util/result.h"
#include "core/util/rng.h"

namespace wasphere::crypto {

using PublicKey = ByteArray<32>;
using PrivateKey = Secret<32>;
using Signature = ByteArray<64>;

struct KeyPair {
  PublicKey public_key{};
  PrivateKey private_key;

  static KeyPair generate(Rng& rng);
  static KeyPair from_private(PrivateKey private_key);  // clamps it
};

// Sets the bits that RFC 7748 fixes in a private key.
void clamp(PrivateKey& key);
// crypto_error on an all-zero result (a low-order public key).
Result<Secret<32>> agree(const PrivateKey& own, const PublicKey& theirs);
// XEdDSA with 64 random bytes; the public key's sign bit travels in bit 7 of the last byte.
Signature sign(const PrivateKey& key, BytesView message, Rng& rng);
bool verify(const PublicKey& key, BytesView message, BytesView signature);
// The 33-byte form with the leading 0x05 that signatures over keys use.
ByteArray<33> with_type_byte(const PublicKey& key);

}  // namespace wasphere::crypto
