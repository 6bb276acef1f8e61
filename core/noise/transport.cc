#include "core/noise/transport.h"

#include <limits>
#include <stdexcept>

#include "core/crypto/cipher.h"
#include "core/noise/nonce.h"

namespace wasphere::noise {
namespace {

constexpr std::uint32_t kLastCounter = std::numeric_limits<std::uint32_t>::max();

}  // namespace

NoiseTransport::NoiseTransport(TransportKeys keys, Role role)
    : send_key_(role == Role::client ? keys.client_to_server : keys.server_to_client),
      receive_key_(role == Role::client ? keys.server_to_client : keys.client_to_server) {}

Bytes NoiseTransport::encrypt(BytesView plaintext) {
  if (sent_ == kLastCounter) throw std::length_error("Noise: all counter values are used up");
  return crypto::aes_gcm_encrypt(send_key_.view(), nonce_iv(sent_++), plaintext, {});
}

Result<Bytes> NoiseTransport::decrypt(BytesView ciphertext) {
  if (received_ == kLastCounter)
    return fail(ErrorCode::protocol_error, "all counter values are used up");
  WS_TRY(Bytes plaintext,
         crypto::aes_gcm_decrypt(receive_key_.view(), nonce_iv(received_), ciphertext, {}));
  ++received_;
  return plaintext;
}

}  // namespace wasphere::noise
