#include "sandbox/link.h"

#include <chrono>

#include "core/stanza/server.h"
#include "daemon/runtime/log.h"
#include "sandbox/login.h"
#include "sandbox/login_role.h"
#include "sandbox/network.h"
#include "sandbox/registration.h"

namespace wasphere::sandbox {
namespace {

using std::chrono::seconds;

constexpr auto kFinishDelay = std::chrono::milliseconds(50);
constexpr auto kHandshakeLimit = seconds(30);
constexpr auto kPingAfter = seconds(120);  // clients ping every 15 to 30 s by themselves
constexpr auto kPingLimit = seconds(60);
// A hello and a ClientPayload need less than a kilobyte.
constexpr std::size_t kMaxHandshakeBytes = 64 * 1024;
constexpr const char* kLog = "sandbox.link";

ChainFault chain_fault(HandshakeFault fault) {
  if (fault == HandshakeFault::wrong_root) return ChainFault::wrong_root;
  if (fault == HandshakeFault::expired_chain) return ChainFault::expired;
  if (fault == HandshakeFault::wrong_leaf) return ChainFault::wrong_leaf;
  return ChainFault::none;
}

}  // namespace

struct Link::Handshake {
  wire::PrologueDecoder prologue;
  std::optional<noise::ServerHandshake> noise;  // set once the prologue is complete
  wire::Prologue header;
  HandshakeFault fault = HandshakeFault::none;
};

Link::Link(std::uint64_t id, LinkTransport& transport, Network& network)
    : id_(id),
      transport_(transport),
      network_(network),
      handshake_(std::make_unique<Handshake>()),
      opened_(network.clock.now_steady()),
      last_received_(opened_) {}

Link::~Link() = default;

void Link::on_bytes(BytesView bytes) {
  if (closing_) return;
  last_received_ = network_.clock.now_steady();
  pinged_.reset();
  if (!feed(bytes)) return;
  while (!closing_) {
    const auto frame = frames_.next();
    if (!frame) return;
    on_frame(*frame);
  }
}

// The prologue comes once, before the first frame. False: nothing more to read now.
bool Link::feed(BytesView bytes) {
  if (!handshake_ || handshake_->noise) {
    frames_.feed(bytes);
  } else {
    handshake_->prologue.feed(bytes);
    auto header = handshake_->prologue.next();
    if (!header) {
      runtime::log_info(kLog, "link {}: {}", id_, header.error().message);
      close();
      return false;
    }
    if (!*header) return false;
    handshake_->header = **std::move(header);
    frames_.feed(handshake_->prologue.take_rest());
    begin_handshake();
  }
  if (handshake_ && frames_.buffered() > kMaxHandshakeBytes) close();
  return !closing_;
}

void Link::begin_handshake() {
  auto& handshake = *handshake_;
  dictionary_ = handshake.header.dictionary();
  handshake.fault = network_.faults.take_handshake();
  handshake.noise.emplace(network_.certificates.config(chain_fault(handshake.fault)),
                          handshake.header, network_.rng);
}

void Link::on_frame(const Bytes& frame) {
  if (noise_) {
    on_stanza_frame(frame);
  } else if (!silent()) {
    on_handshake_frame(frame);
  }
}

void Link::on_handshake_frame(const Bytes& frame) {
  if (handshake_->fault == HandshakeFault::close_before_hello) return close();
  auto step = handshake_->noise->on_message(frame);
  if (!step) {
    runtime::log_info(kLog, "link {}: handshake: {}", id_, step.error().message);
    return close();
  }
  if (auto* reply = std::get_if<noise::ServerReply>(&*step))
    return send_hello(std::move(reply->message));
  auto& done = std::get<noise::ServerDone>(*step);
  if (!done.message.empty()) send_hello(std::move(done.message));
  if (!closing_) on_client(std::move(done));
}

void Link::send_hello(Bytes message) {
  const auto fault = handshake_->fault;
  if (fault == HandshakeFault::garbage_hello) message = network_.rng.bytes(message.size());
  if (fault == HandshakeFault::truncated_hello) message.resize(message.size() / 2);
  if (fault == HandshakeFault::empty_hello) message.clear();
  send_frame(message);
  if (fault == HandshakeFault::close_after_hello) close();
}

void Link::on_client(noise::ServerDone done) {
  const auto fault = handshake_->fault;
  handshake_.reset();
  noise_.emplace(std::move(done.transport));
  if (fault == HandshakeFault::garbage_after) send_frame(network_.rng.bytes(64));
  on_payload(done.client_payload, done.client_static);
}

void Link::on_payload(BytesView payload, const crypto::PublicKey& client_static) {
  auto verdict = judge_login(payload, client_static, network_);
  device_ = verdict.device;
  if (verdict.refused) return refuse(*verdict.refused);
  if (verdict.registration) {
    registration_ = std::make_unique<RegistrationRole>(
        *this, network_, *std::move(verdict.registration), client_static);
    registration_->start();
  } else {
    login_ = std::make_unique<LoginRole>(*this, network_, *device_, verdict.passive);
    login_->start();
  }
}

void Link::refuse(const stanza::FailureContent& spec) {
  send(stanza::build_failure(spec));
  finish();
}

void Link::on_stanza_frame(const Bytes& frame) {
  auto plain = noise_->decrypt(frame);
  auto node = plain ? wire::decode_node(*plain, dictionary_) : fail(std::move(plain).error());
  if (!node) {
    runtime::log_info(kLog, "link {}: unreadable stanza: {}", id_, node.error().message);
    send(stanza::build_stream_error(
        {.code = 500, .conflict = {}, .child = wire::Node{"xml-not-well-formed", {}, {}}}));
    return finish();
  }
  if (silent()) return;
  if (wire::is_stream_end(*node)) return close();
  trace("in", *node);
  if (registration_) return registration_->on_node(*node);
  if (login_) return login_->on_node(*node);
}

void Link::send(const wire::Node& node) {
  if (closing_ || !noise_ || silent()) return;
  trace("out", node);
  send_frame(noise_->encrypt(wire::encode_node(node, dictionary_)));
}

void Link::send_frame(BytesView payload) {
  auto frame = wire::encode_frame(payload);
  if (frame) return transport_.send(*std::move(frame));
  runtime::log_warning(kLog, "link {}: {}", id_, frame.error().message);
  close();
}

void Link::finish() {
  if (closing_) return;
  closing_ = true;
  finish_timer_ = network_.clock.make_timer();
  finish_timer_->arm(kFinishDelay, [this] { transport_.close(); });
}

void Link::close() {
  if (closing_) return;
  closing_ = true;
  transport_.close();
}

void Link::drop() {
  closing_ = true;
  finish_timer_.reset();
  transport_.drop();
}

void Link::on_closed() {
  closing_ = true;
  finish_timer_.reset();
  if (registration_) registration_->on_closed();
}

void Link::check_liveness() {
  const auto now = network_.clock.now_steady();
  if (closing_ || silent()) return;
  if (handshake_ && now - opened_ > kHandshakeLimit) return close();
  if (pinged_ && now - *pinged_ > kPingLimit) return close();
  if (pinged_ || !noise_ || now - last_received_ < kPingAfter) return;
  pinged_ = now;
  send(stanza::build_server_ping(next_stanza_id()));
}

void Link::trace(std::string_view direction, const wire::Node& node) const {
  if (!runtime::log_enabled(runtime::LogLevel::debug)) return;
  runtime::log_debug(kLog, "link {}: {} {}", id_, direction, wire::outline(node));
}

bool Link::silent() const {
  return network_.faults.silent(device_);
}

// Apart from the ids that clients make: they have a dot or a letter in them.
std::string Link::next_stanza_id() {
  return std::to_string(runtime::unix_seconds(network_.clock)) + "-" +
         std::to_string(++last_stanza_);
}

}  // namespace wasphere::sandbox
