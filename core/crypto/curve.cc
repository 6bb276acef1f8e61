#include "core/crypto/curve.h"

#include <sodium.h>

#include <algorithm>
#include <stdexcept>

namespace wasphere::crypto {
namespace {

// libsodium chooses the fastest implementation for this processor when it is initialised.
void ensure_sodium() {
  static const bool ready = sodium_init() >= 0;
  if (!ready) throw std::runtime_error("libsodium cannot be initialised");
}

}  // namespace

KeyPair KeyPair::generate(Rng& rng) {
  PrivateKey key;
  rng.fill(key.mutable_array());
  return from_private(std::move(key));
}

KeyPair KeyPair::from_private(PrivateKey private_key) {
  ensure_sodium();
  clamp(private_key);
  KeyPair out;
  crypto_scalarmult_base(out.public_key.data(), private_key.array().data());
  out.private_key = std::move(private_key);
  return out;
}

void clamp(PrivateKey& key) {
  ByteArray<32>& scalar = key.mutable_array();
  scalar[0] &= 248;
  scalar[31] = static_cast<std::uint8_t>((scalar[31] & 127) | 64);
}

Result<Secret<32>> agree(const PrivateKey& own, const PublicKey& theirs) {
  ensure_sodium();
  Secret<32> shared;
  int status = crypto_scalarmult(shared.mutable_array().data(), own.array().data(), theirs.data());
  if (status != 0) return fail(ErrorCode::crypto_error, "the public key is of low order");
  return shared;
}

ByteArray<33> with_type_byte(const PublicKey& key) {
  ByteArray<33> out{0x05};
  std::copy(key.begin(), key.end(), out.begin() + 1);
  return out;
}

}  // namespace wasphere::crypto
