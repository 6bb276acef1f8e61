// Long-lived keys as the ratchet takes them: our identity, and a peer's published bundle. One-time
// and signed pre-keys of our own are stanza::PreKey and stanza::SignedPreKey.
#pragma once

#include <cstdint>
#include <optional>

#include "core/crypto/curve.h"
#include "core/stanza/device.h"
#include "core/stanza/prekeys.h"

namespace wasphere::signal {

using IdentityKey = crypto::PublicKey;

// Who we are to every peer.
struct LocalIdentity {
  crypto::KeyPair key;
  std::uint32_t registration_id = 0;
};
LocalIdentity local_identity(const stanza::Device& device);

// What a peer's device has published, as fetched from the server or received in a retry receipt.
struct PreKeyBundle {
  std::uint32_t registration_id = 0;
  IdentityKey identity{};
  std::uint32_t signed_pre_key_id = 0;
  crypto::PublicKey signed_pre_key{};
  crypto::Signature signature{};                 // not yet checked
  std::optional<stanza::PublicPreKey> one_time;  // the peer may have run out of them
};
// With the first of the one-time keys, if there is any.
PreKeyBundle to_bundle(const stanza::UploadedBundle& uploaded);

// A new signed pre-key, for rotation. `id` has 24 bits.
stanza::SignedPreKey generate_signed_pre_key(const crypto::KeyPair& identity, std::uint32_t id,
                                             Rng& rng);

}  // namespace wasphere::signal
