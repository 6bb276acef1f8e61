// Both ends of the Noise handshake: bytes in, bytes out, no clock, no socket (protocol 1, section 2).
#pragma once

#include <optional>
#include <variant>

#include "core/noise/certificate.h"
#include "core/noise/symmetric_state.h"
#include "core/noise/transport.h"
#include "core/util/rng.h"
#include "core/wire/frame.h"

namespace wasphere::noise {

struct ClientConfig {
  crypto::KeyPair static_key;         // the Device's noise key
  crypto::PublicKey root = kWhatsAppRoot;
  wire::Prologue prologue{};
  Bytes client_payload;               // encoded ClientPayload
};

struct ClientDone {
  Bytes final_message;                // HandshakeMessage with clientFinish, to be sent as one frame
  NoiseTransport transport;
  CertificateChain chain;
};

// The XX initiator. Frame payloads only; framing and the prologue belong to the caller.
class ClientHandshake {
 public:
  ClientHandshake(ClientConfig config, Rng& rng);
  Bytes start();                                                     // clientHello
  Result<ClientDone> on_server_hello(BytesView message, std::uint64_t now);  // Unix seconds

 private:
  ClientConfig config_;
  crypto::KeyPair ephemeral_;
  SymmetricState state_;
};

struct ServerConfig {
  crypto::KeyPair static_key;
  Bytes certificate_chain;            // from issue_chain()
};

struct ServerReply {                  // send `message`; if `done`, the handshake is complete after it (IK)
  Bytes message;
};
struct ServerDone {
  crypto::PublicKey client_static{};
  Bytes client_payload;
  NoiseTransport transport;
  Bytes message;                      // IK: serverHello still to be sent first; XX: empty
};

// The responder: XX, IK when the client tries it, XXfallback when IK's static cannot be read.
class ServerHandshake {
 public:
  ServerHandshake(ServerConfig config, wire::Prologue prologue, Rng& rng);
  Result<std::variant<ServerReply, ServerDone>> on_message(BytesView message);

 private:
  ServerConfig config_;
  wire::Prologue prologue_;
  crypto::KeyPair ephemeral_;
  std::optional<SymmetricState> state_;
  bool awaiting_finish_ = false;
};

}  // namespace wasphere::noise
