#include <utility>

#include "core/noise/handshake.h"
#include "core/noise/messages.h"

namespace wasphere::noise {

ServerHandshake::ServerHandshake(ServerConfig config, wire::Prologue prologue, Rng& rng)
    : config_(std::move(config)),
      prologue_(std::move(prologue)),
      ephemeral_(crypto::KeyPair::generate(rng)) {}

Result<std::variant<ServerReply, ServerDone>> ServerHandshake::on_message(BytesView message) {
  Expect expected = std::exchange(expect_, Expect::nothing);
  WS_TRY(auto parsed, parse_handshake(message));
  if (expected == Expect::hello && parsed.has_client_hello())
    return on_hello(parsed.client_hello());
  if (expected == Expect::finish && parsed.has_client_finish())
    return on_finish(parsed.client_finish());
  return broken("a message came out of turn");
}

Result<ServerHandshake::Step> ServerHandshake::on_hello(
    const proto::HandshakeMessage_ClientHello& hello) {
  WS_TRY(client_ephemeral_, read_key(hello.ephemeral(), "ephemeral key of the client"));
  if (!hello.has_static_() && !hello.has_payload()) return reply_full(kXxName);
  // The client may know an older static key of ours: then it is told the new one.
  begin(kIkName, &config_.static_key.public_key);
  WS_CHECK(state_->mix_agreement(config_.static_key.private_key, client_ephemeral_));
  auto client_static = state_->decrypt(as_bytes(hello.static_()));
  if (!client_static) return reply_full(kFallbackName);
  WS_TRY(auto key, read_key(to_text(*client_static), "static key of the client"));
  WS_CHECK(state_->mix_agreement(config_.static_key.private_key, key));
  WS_TRY(Bytes payload, read_sealed(*state_, hello.payload(), "client payload"));
  return reply_resumed(key, std::move(payload));
}

void ServerHandshake::begin(std::string_view name, const crypto::PublicKey* known_static) {
  state_.emplace(name);
  state_->mix_hash(prologue_.header);
  if (known_static) state_->mix_hash(*known_static);
  state_->mix_hash(client_ephemeral_);
}

Result<ServerHandshake::Step> ServerHandshake::reply_full(std::string_view name) {
  begin(name, nullptr);
  proto::HandshakeMessage message;
  auto& hello = *message.mutable_server_hello();
  hello.set_ephemeral(field(ephemeral_.public_key));
  state_->mix_hash(ephemeral_.public_key);
  WS_CHECK(state_->mix_agreement(ephemeral_.private_key, client_ephemeral_));
  hello.set_static_(field(state_->encrypt(config_.static_key.public_key)));
  WS_CHECK(state_->mix_agreement(config_.static_key.private_key, client_ephemeral_));
  hello.set_payload(field(state_->encrypt(config_.certificate_chain)));
  expect_ = Expect::finish;
  return ServerReply{encode(message)};
}

Result<ServerHandshake::Step> ServerHandshake::reply_resumed(const crypto::PublicKey& client_static,
                                                             Bytes payload) {
  proto::HandshakeMessage message;
  auto& hello = *message.mutable_server_hello();
  hello.set_ephemeral(field(ephemeral_.public_key));
  state_->mix_hash(ephemeral_.public_key);
  WS_CHECK(state_->mix_agreement(ephemeral_.private_key, client_ephemeral_));
  WS_CHECK(state_->mix_agreement(ephemeral_.private_key, client_static));
  hello.set_payload(field(state_->encrypt(config_.certificate_chain)));
  return ServerDone{client_static, std::move(payload),
                    NoiseTransport(state_->split(), Role::server), encode(message)};
}

Result<ServerHandshake::Step> ServerHandshake::on_finish(
    const proto::HandshakeMessage_ClientFinish& last) {
  WS_TRY(auto key, read_sealed_key(*state_, last.static_(), "static key of the client"));
  WS_CHECK(state_->mix_agreement(ephemeral_.private_key, key));
  WS_TRY(Bytes payload, read_sealed(*state_, last.payload(), "client payload"));
  return ServerDone{key, std::move(payload), NoiseTransport(state_->split(), Role::server), {}};
}

}  // namespace wasphere::noise
