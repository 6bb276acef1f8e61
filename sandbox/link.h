// One client connection: prologue, handshake, then stanzas for its role. It knows no sockets and no
// JSON.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/noise/handshake.h"
#include "core/wire/frame.h"
#include "core/wire/node.h"
#include "daemon/runtime/clock.h"
#include "sandbox/faults.h"

namespace wasphere::sandbox {

struct Network;
class LoginRole;
class RegistrationRole;

// The socket under a link. No method calls back before it returns.
class LinkTransport {
 public:
  virtual ~LinkTransport() = default;
  virtual void send(Bytes message) = 0;  // one binary WebSocket message
  virtual void close() = 0;              // orderly, after what is queued
  virtual void drop() = 0;               // at once, without a word
};

class Link {
 public:
  Link(std::uint64_t id, LinkTransport& transport, Network& network);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  // From the transport's owner. Nothing may be called after on_closed().
  void on_bytes(BytesView bytes);
  void on_closed();

  // Ignored once the link is closing or while it is silenced.
  void send(const wire::Node& node);
  // Closes a moment later, so that a client which reads asynchronously sees the last stanza first.
  void finish();
  void close();
  void drop();
  // The server's side of liveness: an unanswered handshake or ping ends the link. Called now and
  // then.
  void check_liveness();

  std::uint64_t id() const { return id_; }
  bool closing() const { return closing_; }
  std::string next_stanza_id();
  // Null while it is something else.
  RegistrationRole* registration() const { return registration_.get(); }
  LoginRole* login() const { return login_.get(); }
  // The device that logged in (or tries to); nothing on a registration.
  const std::optional<wire::Jid>& device() const { return device_; }

 private:
  struct Handshake;

  bool feed(BytesView bytes);
  void on_frame(const Bytes& frame);
  void on_handshake_frame(const Bytes& frame);
  void begin_handshake();
  void send_hello(Bytes message);
  void send_frame(BytesView payload);
  void on_client(noise::ServerDone done);
  void on_payload(BytesView payload, const crypto::PublicKey& client_static);
  void refuse(const stanza::FailureContent& spec);
  void on_stanza_frame(const Bytes& frame);
  void trace(std::string_view direction, const wire::Node& node) const;
  bool silent() const;

  const std::uint64_t id_;
  LinkTransport& transport_;
  Network& network_;
  std::unique_ptr<Handshake> handshake_;  // gone once it is done
  wire::FrameDecoder frames_;
  wire::Dictionary dictionary_ = wire::Dictionary::v3;
  std::optional<noise::NoiseTransport> noise_;
  std::unique_ptr<RegistrationRole> registration_;
  std::unique_ptr<LoginRole> login_;
  std::optional<wire::Jid> device_;
  std::unique_ptr<runtime::Timer> finish_timer_;
  const runtime::SteadyTime opened_;
  runtime::SteadyTime last_received_;
  std::optional<runtime::SteadyTime> pinged_;  // a ping nobody has answered yet
  std::uint32_t last_stanza_ = 0;
  bool closing_ = false;
};

}  // namespace wasphere::sandbox
