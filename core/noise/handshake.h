// Both ends of the Noise handshake: bytes in, bytes out, no clock, no socket (protocol 1, section
// 2).
#pragma once

#include <optional>
#include <variant>

#include "core/noise/certificate.h"
#include "core/noise/symmetric_state.h"
#include "core/noise/transport.h"
#include "core/util/rng.h"
#include "core/wire/frame.h"

namespace wasphere::proto {
class HandshakeMessage_ClientHello;
class HandshakeMessage_ClientFinish;
}  // namespace wasphere::proto

namespace wasphere::noise {

struct ClientConfig {
  crypto::KeyPair static_key;  // the Device's noise key
  crypto::PublicKey root = kWhatsAppRoot;
  wire::Prologue prologue{};
  Bytes client_payload;  // encoded ClientPayload
};

struct ClientDone {
  Bytes final_message;  // HandshakeMessage with clientFinish, to be sent as one frame
  NoiseTransport transport;
  CertificateChain chain;
};

// The XX initiator. Frame payloads only; framing and the prologue belong to the caller. Errors:
// protocol_error on a message that is malformed or out of turn, crypto_error on one that does not
// decrypt or has a key of low order, certificate_rejected. After an error the handshake is over.
class ClientHandshake {
 public:
  ClientHandshake(ClientConfig config, Rng& rng);
  Bytes start();                                                             // clientHello
  Result<ClientDone> on_server_hello(BytesView message, std::uint64_t now);  // Unix seconds

 private:
  Result<ClientDone> finish(const crypto::PublicKey& server_ephemeral,
                            const CertificateChain& chain);

  ClientConfig config_;
  crypto::KeyPair ephemeral_;
  SymmetricState state_;
  bool awaiting_hello_ = false;
};

struct ServerConfig {
  crypto::KeyPair static_key;
  Bytes certificate_chain;  // from issue_chain()
};

struct ServerReply {  // serverHello to be sent; the client's finish is awaited
  Bytes message;
};
struct ServerDone {
  crypto::PublicKey client_static{};
  Bytes client_payload;
  NoiseTransport transport;
  Bytes message;  // IK: serverHello still to be sent first; XX: empty
};

// The responder: XX, IK when the client tries it, XXfallback when IK's static cannot be read.
// Errors as on the client's side; after an error, or ServerDone, every message is refused.
class ServerHandshake {
 public:
  ServerHandshake(ServerConfig config, wire::Prologue prologue, Rng& rng);
  Result<std::variant<ServerReply, ServerDone>> on_message(BytesView message);

 private:
  using Step = std::variant<ServerReply, ServerDone>;
  enum class Expect : std::uint8_t { hello, finish, nothing };

  Result<Step> on_hello(const proto::HandshakeMessage_ClientHello& hello);
  Result<Step> on_finish(const proto::HandshakeMessage_ClientFinish& last);
  void begin(std::string_view name, const crypto::PublicKey* known_static);
  Result<Step> reply_full(std::string_view name);
  Result<Step> reply_resumed(const crypto::PublicKey& client_static, Bytes payload);

  ServerConfig config_;
  wire::Prologue prologue_;
  crypto::KeyPair ephemeral_;
  crypto::PublicKey client_ephemeral_{};
  std::optional<SymmetricState> state_;
  Expect expect_ = Expect::hello;
};

}  // namespace wasphere::noise
