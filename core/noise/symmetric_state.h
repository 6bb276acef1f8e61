// The Noise symmetric state both roles share: X25519, AES-256-GCM, SHA-256 (protocol 1,
// section 2.1).
#pragma once

#include "core/crypto/curve.h"
#include "core/util/result.h"

namespace wasphere::noise {

struct TransportKeys {
  Secret<32> client_to_server;
  Secret<32> server_to_client;
};

class SymmetricState {
 public:
  explicit SymmetricState(std::string_view protocol_name);  // 32 bytes: used as is; longer: hashed
  void mix_hash(BytesView data);
  void mix_key(BytesView key_material);
  // Agreement and mix_key in one; crypto_error on a low-order key.
  Status mix_agreement(const crypto::PrivateKey& own, const crypto::PublicKey& theirs);
  Bytes encrypt(BytesView plaintext);
  Result<Bytes> decrypt(BytesView ciphertext);
  TransportKeys split() const;
  // For vectors.
  BytesView hash() const { return hash_; }
  BytesView chaining_key() const { return chaining_key_.view(); }
  BytesView cipher_key() const { return key_.view(); }

 private:
  ByteArray<32> hash_{};
  Secret<32> chaining_key_;
  Secret<32> key_;
  std::uint32_t counter_ = 0;
};

inline constexpr std::string_view kXxName{"Noise_XX_25519_AESGCM_SHA256\0\0\0\0", 32};
inline constexpr std::string_view kIkName{"Noise_IK_25519_AESGCM_SHA256\0\0\0\0", 32};
inline constexpr std::string_view kFallbackName{"Noise_XXfallback_25519_AESGCM_SHA256", 36};

}  // namespace wasphere::noise
