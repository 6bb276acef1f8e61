// Reading and writing the handshake's protobuf messages. Only for .cc files of core/noise.
#pragma once

#include <string>

#include "core/noise/symmetric_state.h"
#include "core/proto/noise.pb.h"

namespace wasphere::noise {

tl::unexpected<Error> broken(const std::string& what);
Result<proto::HandshakeMessage> parse_handshake(BytesView message);
Bytes encode(const proto::HandshakeMessage& message);
std::string field(BytesView bytes);
// `what` names the field in the error.
Result<crypto::PublicKey> read_key(const std::string& value, const char* what);
// Decrypts a field as the next step of the handshake: crypto_error if that fails.
Result<Bytes> read_sealed(SymmetricState& state, const std::string& value, const char* what);
Result<crypto::PublicKey> read_sealed_key(SymmetricState& state, const std::string& value,
                                          const char* what);

}  // namespace wasphere::noise
