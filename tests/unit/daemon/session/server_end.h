// WhatsApp's end of one FakeConnection: shakes hands as the real responder does, and speaks in
// stanzas.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "core/noise/handshake.h"
#include "core/stanza/stream.h"
#include "core/wire/frame.h"
#include "core/wire/node.h"
#include "tests/support/fake_transport.h"

namespace wasphere::test {

struct ServerIdentity {
  crypto::KeyPair root, intermediate, static_key;
  Bytes chain;

  static ServerIdentity generate(Rng& rng, std::uint64_t not_after = 2'000'000'000) {
    ServerIdentity out{crypto::KeyPair::generate(rng),
                       crypto::KeyPair::generate(rng),
                       crypto::KeyPair::generate(rng),
                       {}};
    noise::ChainRequest request;
    request.leaf_key = out.static_key.public_key;
    request.intermediate = &out.intermediate;
    request.root_key = &out.root.private_key;
    request.not_before = 1'700'000'000;
    request.not_after = not_after;
    out.chain = noise::issue_chain(request, rng);
    return out;
  }
};

class ServerEnd {
 public:
  ServerEnd(std::shared_ptr<FakeConnection> wire, const ServerIdentity& identity, Rng& rng)
      : wire_(std::move(wire)), identity_(identity), rng_(rng) {}

  // Takes in what the client has sent, and plays the handshake. True if anything happened.
  bool pump() {
    bool moved = false;
    while (!wire_->sent.empty()) {
      const Bytes message = std::move(wire_->sent.front());
      wire_->sent.pop_front();
      on_bytes(message);
      moved = true;
    }
    if (wire_->close_requested && wire_->alive()) {
      wire_->fail(ErrorCode::network_unreachable, "closed");
      moved = true;
    }
    return moved;
  }

  bool ready() const { return transport_.has_value(); }
  bool client_closed() const { return wire_->close_requested || wire_->dropped; }
  const stanza::ParsedClientPayload& payload() const { return payload_.value(); }
  const crypto::PublicKey& client_static() const { return client_static_; }
  FakeConnection& wire() { return *wire_; }
  const wire::Prologue& prologue() const { return prologue_.value(); }

  Bytes framed(const wire::Node& node) {
    return wire::encode_frame(transport_.value().encrypt(wire::encode_node(node))).value();
  }
  void send(const wire::Node& node) { wire_->deliver(framed(node)); }
  void drop() { wire_->fail(ErrorCode::network_unreachable, "connection reset"); }

  // Stanzas of the client that nobody has looked at yet.
  std::deque<wire::Node> inbox;
  // The first one for which `fits` holds, taken out.
  template <class Fits>
  std::optional<wire::Node> take(Fits fits) {
    for (auto it = inbox.begin(); it != inbox.end(); ++it) {
      if (!fits(*it)) continue;
      wire::Node node = std::move(*it);
      inbox.erase(it);
      return node;
    }
    return std::nullopt;
  }
  std::optional<wire::Node> take_tag(std::string_view tag) {
    return take([&](const wire::Node& node) { return node.tag == tag; });
  }
  std::optional<wire::Node> take_iq(std::string_view xmlns, std::string_view child = {}) {
    return take([&](const wire::Node& node) {
      return node.tag == "iq" && node.attr("xmlns") == xmlns &&
             (child.empty() || node.child(child) != nullptr);
    });
  }

  // The client's answer to a request of ours.
  std::optional<wire::Node> take_iq_result(std::string_view id) {
    return take([&](const wire::Node& node) {
      return node.tag == "iq" && node.attr("type") == "result" && node.attr("id") == id;
    });
  }

  // What is sent instead of the server's hello: garbage for tests of the handshake.
  std::optional<Bytes> hello_override;

 private:
  void on_bytes(BytesView bytes) {
    if (prologue_) {
      frames_.feed(bytes);
    } else {
      prologues_.feed(bytes);
      auto prologue = prologues_.next();
      if (!prologue) throw std::runtime_error(prologue.error().message);
      if (!*prologue) return;
      prologue_ = **prologue;
      noise::ServerConfig config{identity_.static_key, identity_.chain};
      handshake_.emplace(std::move(config), *prologue_, rng_);
      frames_.feed(prologues_.take_rest());
    }
    while (auto frame = frames_.next()) on_frame(*frame);
  }

  void on_frame(BytesView frame) {
    if (transport_) {
      auto node = wire::decode_node(transport_->decrypt(frame).value());
      if (!node) throw std::runtime_error(node.error().message);
      inbox.push_back(std::move(*node));
      return;
    }
    auto step = handshake_->on_message(frame);
    if (!step) throw std::runtime_error(step.error().message);
    if (auto* reply = std::get_if<noise::ServerReply>(&*step)) {
      const Bytes hello = hello_override.value_or(reply->message);
      wire_->deliver(wire::encode_frame(hello).value());
    } else {
      on_done(std::get<noise::ServerDone>(*step));
    }
  }

  void on_done(noise::ServerDone& done) {
    client_static_ = done.client_static;
    payload_ = stanza::parse_client_payload(done.client_payload).value();
    transport_.emplace(std::move(done.transport));
  }

  std::shared_ptr<FakeConnection> wire_;
  const ServerIdentity& identity_;
  Rng& rng_;
  wire::PrologueDecoder prologues_;
  std::optional<wire::Prologue> prologue_;
  wire::FrameDecoder frames_;
  std::optional<noise::ServerHandshake> handshake_;
  std::optional<noise::NoiseTransport> transport_;
  std::optional<stanza::ParsedClientPayload> payload_;
  crypto::PublicKey client_static_{};
};

}  // namespace wasphere::test
