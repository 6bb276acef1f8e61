#include "core/signal/keys.h"

namespace wasphere::signal {

LocalIdentity local_identity(const stanza::Device& device) {
  return {device.identity_key, device.registration_id};
}

PreKeyBundle to_bundle(const stanza::UploadedBundle& uploaded) {
  PreKeyBundle out;
  out.registration_id = uploaded.registration_id;
  out.identity = uploaded.identity;
  out.signed_pre_key_id = uploaded.signed_pre_key_id;
  out.signed_pre_key = uploaded.signed_pre_key;
  out.signature = uploaded.signed_pre_key_signature;
  if (!uploaded.one_time.empty()) out.one_time = uploaded.one_time.front();
  return out;
}

stanza::SignedPreKey generate_signed_pre_key(const crypto::KeyPair& identity, std::uint32_t id,
                                             Rng& rng) {
  stanza::SignedPreKey out{id, crypto::KeyPair::generate(rng), {}};
  out.signature =
      crypto::sign(identity.private_key, crypto::with_type_byte(out.key.public_key), rng);
  return out;
}

}  // namespace wasphere::signal
