// The two ciphers after the handshake: AES-256-GCM, empty AAD, one 32-bit counter a direction.
#pragma once

#include "core/noise/symmetric_state.h"

namespace wasphere::noise {

enum class Role : std::uint8_t { client, server };

class NoiseTransport {
 public:
  NoiseTransport(TransportKeys keys, Role role);
  // Consumes one counter value, sent or not. Throws std::length_error when all 2^32 are used up.
  Bytes encrypt(BytesView plaintext);
  // crypto_error if it was not made by the other end as its next frame: the connection is lost
  // then.
  Result<Bytes> decrypt(BytesView ciphertext);

 private:
  Secret<32> send_key_;
  Secret<32> receive_key_;
  std::uint32_t sent_ = 0;
  std::uint32_t received_ = 0;
};

}  // namespace wasphere::noise
