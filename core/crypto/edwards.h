// XEdDSA for those who sign or check often under one key: with the key's Edwards form kept, which
// is about half the cost of a signature and a quarter of a check.
#pragma once

#include <optional>

#include "core/crypto/curve.h"

namespace wasphere::crypto {

// From a private key it has its sign. From a public key the sign is unknown: it comes with each
// signature.
struct EdwardsKey {
  ByteArray<32> bytes{};
};
EdwardsKey edwards_key(const PrivateKey& key);
// Nothing if the key is no field element or has no counterpart: no signature is valid under it.
std::optional<EdwardsKey> edwards_key(const PublicKey& key);

// Precondition: `edwards` is that of `key`, and `key` is clamped.
Signature sign(const PrivateKey& key, const EdwardsKey& edwards, BytesView message, Rng& rng);
bool verify(const EdwardsKey& key, BytesView message, BytesView signature);

}  // namespace wasphere::crypto
