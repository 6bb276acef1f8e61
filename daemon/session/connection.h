// Connection: one WebSocket to WhatsApp from dial to close, as an ordered stream of stanzas.
// Frames, Noise, the node codec, keepalive and the matching of IQ answers are inside; what stanzas
// mean is not.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/noise/handshake.h"
#include "core/wire/frame.h"
#include "core/wire/node.h"
#include "daemon/messaging/line.h"
#include "daemon/net/transport.h"
#include "daemon/runtime/async_event.h"
#include "daemon/session/keepalive.h"
#include "daemon/session/link_end.h"

namespace wasphere::session {

struct Dial {
  net::Endpoint endpoint;
  crypto::PublicKey root{};
  crypto::KeyPair noise_key;
  Bytes routing_info;
  Bytes client_payload;  // decides whether the server answers with a registration or a login
  runtime::Duration timeout{20'000};  // TCP, TLS, WebSocket and Noise together
};

// Main thread only. Ends once, for the first reason given; everybody who waits on it learns of the
// end.
class Connection final : public messaging::Line, public std::enable_shared_from_this<Connection> {
 public:
  Connection(net::TransportFactory& transports, runtime::Clock& clock, Rng& rng);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // True: the handshake is done and stanzas flow. False: see end().
  runtime::Task<bool> open(Dial dial);
  // The next stanza, in order of arrival. Nothing: the connection has ended. What a peer had sent
  // before it ended the connection is still given; after a close() of ours nothing is.
  runtime::Task<std::optional<wire::Node>> next();
  // With the stanzas that follow it at once and have the same tag, as far as they have arrived
  // already; at most `limit` together.
  runtime::Task<std::vector<wire::Node>> with_followers(wire::Node first, std::size_t limit);
  // Dropped silently once the connection has ended.
  void send(const wire::Node& node) override;
  // Sends a request and waits for the answer with its id, be it a result or an error. Fails with
  // whatsapp_timeout, or with session_not_connected when the connection ends first.
  runtime::Task<Result<wire::Node>> iq(wire::Node request, runtime::Duration timeout) override;
  std::string next_id() override;  // unique within this connection

  // Ends the connection for `why` unless something else arrives until `left` has passed. One at a
  // time.
  void limit(runtime::Duration left, LinkEnd why);
  void lift_limit() { limit_->cancel(); }

  void close(LinkEnd why);   // our decision; flushes what was sent
  runtime::Task<> finish();  // after close(): until the socket is gone, at most a second
  bool ended() const override { return end_.has_value(); }
  void give_up(const Error& why) override { close(end_of(why)); }
  const LinkEnd& end() const { return *end_; }                         // precondition: ended()
  runtime::Duration age() const;                                       // since open() was called
  std::int64_t last_received_ms() const { return last_received_ms_; }  // Unix time; 0: nothing yet

 private:
  struct Pending {
    runtime::AsyncEvent answered;
    std::optional<Result<wire::Node>> answer;
    void resolve(Result<wire::Node> result);
  };

  net::TransportEvents transport_events();
  void on_bytes(BytesView bytes);
  void on_closed(const Error& error);
  void on_server_hello(BytesView frame);
  void on_ciphertext(BytesView frame);
  void deliver(wire::Node node);
  bool resolve_pending(wire::Node& node);
  void send_frame(BytesView payload, Bytes before = {});  // `before` goes out in the same message
  void break_off(const Error& error);
  void end_with(LinkEnd why);

  net::TransportFactory& transports_;
  runtime::Clock& clock_;
  Rng& rng_;
  std::unique_ptr<net::Transport> transport_;
  wire::FrameDecoder frames_;
  std::unique_ptr<noise::ClientHandshake> handshake_;  // until it is done
  std::optional<noise::NoiseTransport> noise_;         // from then on
  Keepalive keepalive_;
  std::unique_ptr<runtime::Timer> limit_;
  runtime::Channel<wire::Node> inbox_;
  std::optional<wire::Node> ahead_;          // taken out of the inbox, but not yet given
  std::map<std::string, Pending*> pending_;  // owned by the frames of iq()
  std::string id_prefix_;
  std::uint64_t id_counter_ = 0;
  runtime::SteadyTime dialed_at_{};
  std::int64_t last_received_ms_ = 0;
  std::optional<LinkEnd> end_;
  bool discard_ = false;        // what is still in the inbox
  runtime::AsyncEvent opened_;  // or ended
  runtime::AsyncEvent gone_;    // the transport has closed
};

}  // namespace wasphere::session
