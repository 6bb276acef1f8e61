#include "core/noise/handshake.h"
#include "core/noise/messages.h"

namespace wasphere::noise {

ClientHandshake::ClientHandshake(ClientConfig config, Rng& rng)
    : config_(std::move(config)), ephemeral_(crypto::KeyPair::generate(rng)), state_(kXxName) {
  state_.mix_hash(config_.prologue.header);
  state_.mix_hash(ephemeral_.public_key);
}

Bytes ClientHandshake::start() {
  proto::HandshakeMessage message;
  auto& hello = *message.mutable_client_hello();
  hello.set_ephemeral(field(ephemeral_.public_key));
  awaiting_hello_ = true;
  return encode(message);
}

Result<ClientDone> ClientHandshake::on_server_hello(BytesView message, std::uint64_t now) {
  if (!awaiting_hello_) return broken("a handshake message came out of turn");
  awaiting_hello_ = false;  // whatever comes of it: a state that has failed is of no more use
  WS_TRY(auto parsed, parse_handshake(message));
  if (!parsed.has_server_hello()) return broken("the server did not answer with a hello");
  const auto& hello = parsed.server_hello();
  WS_TRY(auto server_ephemeral, read_key(hello.ephemeral(), "ephemeral key of the server"));
  state_.mix_hash(server_ephemeral);
  WS_CHECK(state_.mix_agreement(ephemeral_.private_key, server_ephemeral));
  WS_TRY(auto server_static, read_sealed_key(state_, hello.static_(), "static key of the server"));
  WS_CHECK(state_.mix_agreement(ephemeral_.private_key, server_static));
  WS_TRY(Bytes chain, read_sealed(state_, hello.payload(), "certificate chain"));
  WS_TRY(auto verified, verify_chain(chain, config_.root, server_static, now));
  return finish(server_ephemeral, verified);
}

Result<ClientDone> ClientHandshake::finish(const crypto::PublicKey& server_ephemeral,
                                           const CertificateChain& chain) {
  proto::HandshakeMessage message;
  auto& last = *message.mutable_client_finish();
  last.set_static_(field(state_.encrypt(config_.static_key.public_key)));
  WS_CHECK(state_.mix_agreement(config_.static_key.private_key, server_ephemeral));
  last.set_payload(field(state_.encrypt(config_.client_payload)));
  return ClientDone{encode(message), NoiseTransport(state_.split(), Role::client), chain};
}

}  // namespace wasphere::noise
