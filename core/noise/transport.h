// The two ciphers after the handshake: AES-256-GCM, empty AAD, one 32-bit counter a direction.
#pragma once

#include "core/noise/symmetric_state.h"

namespace wasphere::noise {

enum class Role : std::uint8_t { client, server };

class NoiseTransport {
 public:
  NoiseTransport(TransportKeys keys, Role role);
  Bytes encrypt(BytesView plaintext);             // consumes one counter value, sent or not
  Result<Bytes> decrypt(BytesView ciphertext);

 private:
  Secret<32> send_key_;
  Secret<32> receive_key_;
  std::uint32_t sent_ = 0;
  std::uint32_t received_ = 0;
};

}  // namespace wasphere::noise
