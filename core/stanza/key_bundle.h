// The key bundle of a linking code and the secret both ends derive (protocol 1, section 6.2).
#pragma once

#include "core/crypto/curve.h"
#include "core/util/result.h"

namespace wasphere::stanza {

struct KeyBundle {
  crypto::PublicKey companion_identity{};
  crypto::PublicKey primary_identity{};
  Secret<32> random;
};

// salt(32) ‖ iv(12) ‖ AES-GCM(bundle) ‖ tag(16): 156 bytes.
Bytes wrap_key_bundle(const KeyBundle& bundle, const Secret<32>& ephemeral_shared, Rng& rng);
// crypto_error when it does not open, which is how a mistyped code shows.
Result<KeyBundle> unwrap_key_bundle(BytesView wrapped, const Secret<32>& ephemeral_shared);
Secret<32> derive_adv_secret(const Secret<32>& ephemeral_shared, const Secret<32>& identity_shared,
                             const Secret<32>& random);

}  // namespace wasphere::stanza
