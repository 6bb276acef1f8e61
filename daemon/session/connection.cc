#include "daemon/session/connection.h"

#include "core/stanza/iq.h"
#include "daemon/runtime/log.h"

namespace wasphere::session {

using runtime::Duration;
using runtime::Task;

namespace {

constexpr Duration kFarewell{1000};
// Before Noise is done the peer is anybody: it gets no more memory than a hello can need.
constexpr std::size_t kMaxHandshakeBytes = 64U << 10;
// A server that sends faster than stanzas are handled is cut off rather than buffered without end.
constexpr std::size_t kMaxInbox = 20'000;

bool is_ping(const wire::Node& node) {
  if (node.tag != "iq" || node.attr("type") != "get") return false;
  const std::string xmlns = node.attr_or("xmlns", "");
  return xmlns == "urn:xmpp:ping" || xmlns == "w:p";
}

bool is_answer(const wire::Node& node) {
  if (node.tag != "iq") return false;
  const std::string type = node.attr_or("type", "");
  return type == "result" || type == "error";
}

// Acks, presence and the like get no answer, so silence after them means nothing.
bool wants_answer(const wire::Node& node) {
  return node.tag == "message" || (node.tag == "iq" && !is_answer(node));
}

}  // namespace

void Connection::Pending::resolve(Result<wire::Node> result) {
  if (answer) return;
  answer.emplace(std::move(result));
  answered.set();
}

Connection::Connection(net::TransportFactory& transports, runtime::Clock& clock, Rng& rng)
    : transports_(transports),
      clock_(clock),
      rng_(rng),
      keepalive_(clock, rng,
                 {[this] { send(stanza::ping(next_id())); },
                  [this] {
                    end_with({EndKind::retry, "keepalive_timeout",
                              "nothing came for 20 s after a request"});
                  }}),
      limit_(clock.make_timer()),
      id_prefix_(std::to_string(rng.between(1, 65535)) + "." +
                 std::to_string(rng.between(1, 65535)) + "-") {}

Task<bool> Connection::open(Dial dial) {
  const auto self = shared_from_this();
  if (end_) co_return false;
  dialed_at_ = clock_.now_steady();
  limit(dial.timeout, {EndKind::retry, "timed_out", "no connection in time"});
  noise::ClientConfig config;
  config.static_key = dial.noise_key;
  config.root = dial.root;
  config.prologue.routing_info = std::move(dial.routing_info);
  config.client_payload = std::move(dial.client_payload);
  Bytes first = config.prologue.encode();
  handshake_ = std::make_unique<noise::ClientHandshake>(std::move(config), rng_);
  transport_ = transports_.open(dial.endpoint, transport_events());
  send_frame(handshake_->start(), std::move(first));
  co_await opened_.wait();
  if (end_) co_return false;
  lift_limit();
  co_return true;
}

net::TransportEvents Connection::transport_events() {
  net::TransportEvents events;
  events.on_open = [] {};
  events.on_bytes = [this](BytesView bytes) { on_bytes(bytes); };
  events.on_closed = [this](const Error& error) { on_closed(error); };
  return events;
}

void Connection::on_bytes(BytesView bytes) {
  if (end_) return;
  last_received_ms_ = runtime::unix_millis(clock_);
  keepalive_.on_received();
  frames_.feed(bytes);
  if (!noise_ && frames_.buffered() > kMaxHandshakeBytes)
    return break_off({ErrorCode::protocol_error, "the server's hello is larger than any hello"});
  while (!end_) {
    const auto frame = frames_.next();
    if (!frame) return;
    if (noise_) {
      on_ciphertext(*frame);
    } else {
      on_server_hello(*frame);
    }
  }
}

// The split happens here and now, because a first stanza may follow in the same bytes (protocol
// 1, 1.6).
void Connection::on_server_hello(BytesView frame) {
  auto done = handshake_->on_server_hello(frame, runtime::unix_seconds(clock_));
  if (!done) return break_off(done.error());
  send_frame(done->final_message);
  if (end_) return;
  noise_.emplace(std::move(done->transport));
  handshake_.reset();
  keepalive_.start();
  opened_.set();
}

void Connection::on_ciphertext(BytesView frame) {
  const auto plain = noise_->decrypt(frame);
  if (!plain) return break_off(plain.error());
  auto node = wire::decode_node(*plain);
  if (!node) return break_off(node.error());
  deliver(std::move(*node));
}

void Connection::deliver(wire::Node node) {
  if (is_answer(node) && resolve_pending(node)) return;
  if (is_ping(node)) return send(stanza::iq_result(node));
  if (is_answer(node)) return;  // of a ping, or too late
  if (inbox_.size() >= kMaxInbox)
    return break_off(
        {ErrorCode::protocol_error, "the server sends faster than stanzas can be handled"});
  inbox_.push(std::move(node));
}

bool Connection::resolve_pending(wire::Node& node) {
  const auto found = pending_.find(node.attr_or("id", ""));
  if (found == pending_.end()) return false;
  found->second->resolve(std::move(node));
  return true;
}

void Connection::on_closed(const Error& error) {
  gone_.set();
  if (noise_) {
    end_with({EndKind::retry, "connection_lost", error.message});
  } else {
    end_with(end_of(error));
  }
}

Task<std::optional<wire::Node>> Connection::next() {
  const auto self = shared_from_this();
  auto node = std::exchange(ahead_, std::nullopt);
  if (!node) node = co_await inbox_.pop();
  if (discard_) node.reset();
  co_return node;
}

Task<std::vector<wire::Node>> Connection::with_followers(wire::Node first, std::size_t limit) {
  const auto self = shared_from_this();
  std::vector<wire::Node> out;
  out.push_back(std::move(first));
  while (!discard_ && out.size() < limit && inbox_.size() > 0) {
    ahead_ = co_await inbox_.pop();
    if (!ahead_ || ahead_->tag != out.front().tag) break;
    out.push_back(std::move(*ahead_));
    ahead_.reset();
  }
  co_return out;
}

void Connection::send(const wire::Node& node) {
  if (end_ || !noise_) return;
  send_frame(noise_->encrypt(wire::encode_node(node)));
  if (wants_answer(node)) keepalive_.on_asked();
}

// A counter value is used up whether or not the bytes leave, so there is no way on after a failure.
void Connection::send_frame(BytesView payload, Bytes before) {
  const auto frame = wire::encode_frame(payload);
  if (!frame) return break_off(frame.error());
  append(before, *frame);
  transport_->send(std::move(before));
}

Task<Result<wire::Node>> Connection::iq(wire::Node request, Duration timeout) {
  const auto self = shared_from_this();
  if (end_)
    co_return fail(ErrorCode::session_not_connected, "the connection has ended: " + end_->message);
  Pending pending;
  const std::string id = request.attr_or("id", "");
  pending_[id] = &pending;
  const auto timer = clock_.make_timer();
  timer->arm(timeout, [&pending] {
    pending.resolve(fail(ErrorCode::whatsapp_timeout, "WhatsApp did not answer a request in time"));
  });
  send(request);
  co_await pending.answered.wait();
  pending_.erase(id);
  co_return std::move(*pending.answer);
}

std::string Connection::next_id() {
  return id_prefix_ + std::to_string(++id_counter_);
}

void Connection::limit(Duration left, LinkEnd why) {
  limit_->arm(left, [this, why = std::move(why)] { close(why); });
}

void Connection::break_off(const Error& error) {
  end_with(end_of(error));
}

void Connection::close(LinkEnd why) {
  discard_ = true;
  end_with(std::move(why));
}

void Connection::end_with(LinkEnd why) {
  if (end_) return;
  end_ = std::move(why);
  keepalive_.stop();
  limit_->cancel();
  for (const auto& [id, pending] : pending_)
    pending->resolve(
        fail(ErrorCode::session_not_connected, "the connection ended: " + end_->message));
  inbox_.close();
  opened_.set();
  if (transport_ && !gone_.is_set()) transport_->close();
}

Task<> Connection::finish() {
  const auto self = shared_from_this();
  if (transport_ && !gone_.is_set()) {
    const auto timer = clock_.make_timer();
    timer->arm(kFarewell, [this] { gone_.set(); });
    co_await gone_.wait();
  }
  transport_.reset();
}

Duration Connection::age() const {
  return std::chrono::duration_cast<Duration>(clock_.now_steady() - dialed_at_);
}

}  // namespace wasphere::session
