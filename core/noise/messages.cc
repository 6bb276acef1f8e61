#include "core/noise/messages.h"

#include "core/wire/frame.h"

namespace wasphere::noise {

tl::unexpected<Error> broken(const std::string& what) {
  return fail(ErrorCode::protocol_error, "handshake: " + what);
}

Result<proto::HandshakeMessage> parse_handshake(BytesView message) {
  proto::HandshakeMessage out;
  bool fits = message.size() <= wire::kMaxFrameSize;
  if (!fits || !out.ParseFromArray(message.data(), static_cast<int>(message.size())))
    return broken("a message cannot be read");
  return out;
}

Bytes encode(const proto::HandshakeMessage& message) {
  return to_bytes(as_bytes(message.SerializeAsString()));
}

std::string field(BytesView bytes) {
  return to_text(bytes);
}

Result<crypto::PublicKey> read_key(const std::string& value, const char* what) {
  auto key = to_array<32>(as_bytes(value));
  if (!key) return broken(std::string("the ") + what + " is not 32 bytes");
  return *key;
}

Result<Bytes> read_sealed(SymmetricState& state, const std::string& value, const char* what) {
  auto plain = state.decrypt(as_bytes(value));
  if (!plain)
    return fail(with_context(std::move(plain).error(), std::string("handshake: ") + what));
  return plain;
}

Result<crypto::PublicKey> read_sealed_key(SymmetricState& state, const std::string& value,
                                          const char* what) {
  WS_TRY(Bytes plain, read_sealed(state, value, what));
  return read_key(to_text(plain), what);
}

}  // namespace wasphere::noise
