#include "core/stanza/device.h"

namespace wasphere::stanza {
namespace {

constexpr std::uint32_t kFirstSignedPreKeyId = 1;
constexpr std::uint32_t kMaxRegistrationId = 16383;  // 14 bits

SignedPreKey make_signed_pre_key(const crypto::KeyPair& identity, std::uint32_t id, Rng& rng) {
  SignedPreKey out{id, crypto::KeyPair::generate(rng), {}};
  auto message = crypto::with_type_byte(out.key.public_key);
  out.signature = crypto::sign(identity.private_key, message, rng);
  return out;
}

}  // namespace

Device Device::generate(Rng& rng) {
  Device device;
  device.noise_key = crypto::KeyPair::generate(rng);
  device.identity_key = crypto::KeyPair::generate(rng);
  device.signed_pre_key = make_signed_pre_key(device.identity_key, kFirstSignedPreKeyId, rng);
  device.registration_id = static_cast<std::uint32_t>(rng.between(1, kMaxRegistrationId));
  device.adv_secret = Secret<32>(rng.array<32>());
  return device;
}

bool check_signed_pre_key(const crypto::PublicKey& identity, const crypto::PublicKey& key,
                          BytesView signature) {
  return crypto::verify(identity, crypto::with_type_byte(key), signature);
}

}  // namespace wasphere::stanza
