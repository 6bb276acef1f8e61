#include "daemon/net/lws_connection.h"

#include <libwebsockets.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "daemon/runtime/log.h"

namespace wasphere::net {
namespace asio = boost::asio;

namespace {

constexpr char kOrigin[] = "https://web.whatsapp.com";
constexpr char kAlpn[] = "http/1.1";
constexpr std::chrono::seconds kAddressTimeout{
    5};  // then the next address is tried, if there is one
constexpr std::chrono::seconds kCloseTimeout{5};
constexpr std::size_t kKeptScratch = 64U << 10;
constexpr ByteArray<2> kNormalClosure{0x03, 0xe8};  // 1000
constexpr int kWriteClose =
    4;  // the kind of lws_write between CONTINUATION and PING, which has no name
constexpr char kRefused[] = "the connection was refused or cut off";
constexpr char kProtocol[] = "wasphere";
// Without it libwebsockets pings each connection by timers in one sorted list, which is slow for
// thousands; the protocol above has its own keep-alive.
const lws_retry_bo_t kNoPings{};

Error unreachable(std::string message) {
  return Error{ErrorCode::network_unreachable, std::move(message), {}, 0, {}};
}

// What libwebsockets calls it, for somebody who does not know libwebsockets.
std::string readable(std::string_view reason) {
  reason = reason.substr(0, reason.find('\0'));
  if (reason == "Unable to connect" || reason == "closed before established") {
    return kRefused;
  }
  if (reason.starts_with("connect S")) return "the TLS handshake failed";  // "connect SSL err 1: …"
  if (reason.starts_with("HS: ")) {
    return "bad answer to the WebSocket upgrade (" + std::string(reason.substr(4)) + ")";
  }
  return std::string(reason);
}

}  // namespace

std::shared_ptr<LwsConnection> LwsConnection::open(LwsClient& client, const Endpoint& endpoint,
                                                   TransportEvents events) {
  auto connection = std::make_shared<LwsConnection>(client, std::move(events));
  client.connections.insert(connection.get());
  asio::post(client.io, [weak = std::weak_ptr(connection), url = endpoint.url] {
    const auto self = weak.lock();
    if (self && self->state_ == State::resolving) self->start(url);
  });
  return connection;
}

LwsConnection::LwsConnection(LwsClient& client, TransportEvents events)
    : client_(client), events_(std::move(events)) {}

void LwsConnection::start(const std::string& url) {
  auto parsed = parse_ws_url(url);
  if (!parsed) return end(std::move(parsed).error());
  url_ = std::move(*parsed);
  deadline_ = client_.clock.now_steady() + client_.config.connect_timeout;
  timer_ = client_.clock.make_timer();
  timer_->arm(time_left(), [this] { on_deadline(); });
  resolve();
}

void LwsConnection::resolve() {
  lookup_ = client_.resolver.resolve(url_.host, [this](Result<std::vector<std::string>> found) {
    const auto self = shared_from_this();
    lookup_.reset();
    if (!found) return end(std::move(found).error());
    addresses_ = std::move(*found);
    std::reverse(addresses_.begin(), addresses_.end());
    try_next_address();
  });
}

void LwsConnection::try_next_address() {
  state_ = State::connecting;
  address_ = std::move(addresses_.back());
  addresses_.pop_back();
  const auto limit =
      addresses_.empty() ? time_left() : std::min<runtime::Duration>(time_left(), kAddressTimeout);
  timer_->arm(limit, [this] { on_deadline(); });
  if (!dial(address_)) attempt_failed(connect_error(kRefused));
}

// False: it failed at once; what the callback said of it meanwhile was ignored.
bool LwsConnection::dial(const std::string& address) {
  const std::string host = url_.authority();
  lws_client_connect_info info{};
  info.context = client_.context;
  info.address = address.c_str();
  info.port = url_.port;
  info.host = host.c_str();  // the Host header; its name part is for SNI and the certificate check
  info.path = url_.target.c_str();
  info.origin = kOrigin;
  info.ssl_connection = LCCSCF_HTTP_NO_FOLLOW_REDIRECT | (url_.tls ? LCCSCF_USE_SSL : 0);
  info.local_protocol_name = kProtocol;
  info.alpn = kAlpn;
  info.opaque_user_data = this;
  info.retry_and_idle_policy = &kNoPings;
  dialling_ = true;
  wsi_ = lws_client_connect_via_info(&info);
  dialling_ = false;
  client_.loop.kick_timers();
  return wsi_ != nullptr;
}

void LwsConnection::attempt_failed(Error error) {
  let_go();
  if (addresses_.empty() || time_left() <= runtime::Duration{0}) return end(std::move(error));
  runtime::log_debug("net", "{}; trying the next address", error.message);
  asio::post(client_.io, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self && self->state_ == State::connecting) self->try_next_address();
  });
}

void LwsConnection::on_deadline() {
  const auto self = shared_from_this();
  if (state_ == State::closing) return end(unreachable("closed here"));
  const auto limit =
      std::chrono::duration_cast<std::chrono::seconds>(client_.config.connect_timeout);
  const std::string waited = time_left() > runtime::Duration{0}
                                 ? " does not answer"
                                 : " did not answer within " + std::to_string(limit.count()) + " s";
  Error error = unreachable(where() + waited);
  if (state_ == State::connecting) return attempt_failed(std::move(error));
  end(std::move(error));
}

runtime::Duration LwsConnection::time_left() const {
  return std::chrono::ceil<runtime::Duration>(deadline_ - client_.clock.now_steady());
}

int LwsConnection::on_lws_event(lws* wsi, int reason, void* user, void* in, std::size_t size) {
  switch (reason) {
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
    case LWS_CALLBACK_OPENSSL_PERFORM_SERVER_CERT_VERIFICATION:
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
    case LWS_CALLBACK_CLIENT_RECEIVE:
    case LWS_CALLBACK_CLIENT_WRITEABLE:
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
    case LWS_CALLBACK_CLIENT_CLOSED:
    case LWS_CALLBACK_WSI_DESTROY:
      break;
    default:
      return 0;
  }
  auto* const found = static_cast<LwsConnection*>(lws_get_opaque_user_data(wsi));
  if (found == nullptr) return 0;  // dropped: the kill is under way
  const auto self = found->shared_from_this();
  self->wsi_ = wsi;
  return self->handle(reason, user, in, size);
}

int LwsConnection::handle(int reason, void* user, void* in, std::size_t size) {
  const BytesView bytes(static_cast<const std::uint8_t*>(in), in == nullptr ? 0 : size);
  switch (reason) {
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
      return add_headers(in, size);
    case LWS_CALLBACK_OPENSSL_PERFORM_SERVER_CERT_VERIFICATION:
      if (size == 0) note_certificate_error(user);  // `size` is the verdict so far; 0 keeps it
      return 0;
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
      on_established();
      return 0;
    case LWS_CALLBACK_CLIENT_RECEIVE:
      on_received(bytes);
      return 0;
    case LWS_CALLBACK_CLIENT_WRITEABLE:
      return on_writable();
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
      return on_close_frame(bytes);
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
      on_connect_error(to_text(bytes));
      return 0;
    default:  // CLIENT_CLOSED, WSI_DESTROY: whichever comes first
      on_lws_end();
      return 0;
  }
}

int LwsConnection::add_headers(void* position, std::size_t room) {
  const auto& agent = client_.config.user_agent;
  if (agent.empty()) return 0;
  auto** at = static_cast<unsigned char**>(position);
  return lws_add_http_header_by_token(wsi_, WSI_TOKEN_HTTP_USER_AGENT,
                                      reinterpret_cast<const unsigned char*>(agent.data()),
                                      static_cast<int>(agent.size()), at, *at + room);
}

void LwsConnection::note_certificate_error(void* store) {
  const int code = X509_STORE_CTX_get_error(static_cast<X509_STORE_CTX*>(store));
  certificate_error_ = X509_verify_cert_error_string(code);
}

void LwsConnection::on_established() {
  state_ = State::open;
  timer_.reset();
  addresses_ = {};
  if (!queue_.empty()) want_to_write();
  if (events_.on_open) events_.on_open();
}

void LwsConnection::on_received(BytesView bytes) {
  if (lws_frame_is_binary(wsi_) == 0) {
    if (!std::exchange(text_ignored_, true)) {
      runtime::log_warning("net", "{} sent a text message, which was ignored", url_.host);
    }
    return;
  }
  if (!bytes.empty() && events_.on_bytes) events_.on_bytes(bytes);
}

// One message a call, as libwebsockets asks for. The close frame is written like a message: this
// libwebsockets closes twice where it should send one, and so never does.
int LwsConnection::on_writable() {
  if (queue_.empty()) {
    if (state_ != State::closing || std::exchange(close_sent_, true)) return 0;
    return write(kNormalClosure, kWriteClose) ? 0 : -1;
  }
  const Bytes message = std::move(queue_.front());
  queue_.pop_front();
  if (!write(message, LWS_WRITE_BINARY)) return -1;
  if (!queue_.empty() || state_ == State::closing) lws_callback_on_writable(wsi_);
  return 0;
}

bool LwsConnection::write(BytesView payload, int kind) {
  auto& scratch = client_.scratch;
  scratch.assign(LWS_PRE, 0);
  append(scratch, payload);
  const int written = lws_write(wsi_, scratch.data() + LWS_PRE, payload.size(),
                                static_cast<lws_write_protocol>(kind));
  if (scratch.capacity() > kKeptScratch) scratch = Bytes();
  return written >= 0;
}

// Nonzero ends the connection: the server has answered our close frame. Its own is answered by
// libwebsockets.
int LwsConnection::on_close_frame(BytesView payload) {
  ByteReader reader(payload);
  if (const auto code = reader.u16be()) close_reason_ = " with code " + std::to_string(*code);
  return close_sent_ ? -1 : 0;
}

void LwsConnection::on_connect_error(const std::string& reason) {
  if (dialling_) return;
  const unsigned status = lws_http_client_http_response(wsi_);
  Error error = connect_error(reason);
  const bool answered = status >= 100 && status < 600;
  if (answered && status != 101) {
    error.message = url_.authority() + " answered HTTP " + std::to_string(status) +
                    " instead of opening a WebSocket";
  }
  forget();
  // Who answered, or showed a wrong certificate, would do so at another address too.
  if (answered || !certificate_error_.empty()) return end(std::move(error));
  attempt_failed(std::move(error));
}

Error LwsConnection::connect_error(const std::string& reason) const {
  if (certificate_error_.empty()) {
    return unreachable("cannot connect to " + where() + ": " + readable(reason));
  }
  Error error = unreachable("the TLS certificate of " + url_.authority() +
                            " was refused: " + certificate_error_);
  error.remedy =
      "Check the host's clock and its ca-certificates package. If a proxy inspects TLS here, its "
      "authority must be trusted too.";
  return error;
}

void LwsConnection::on_lws_end() {
  forget();
  if (dialling_) return;
  if (state_ == State::connecting) return attempt_failed(connect_error(kRefused));
  if (state_ == State::closing) return end(unreachable("closed here"));
  end(unreachable(url_.authority() + " closed the connection" + close_reason_));
}

void LwsConnection::send(Bytes message) {
  if (state_ == State::closing || state_ == State::gone) return;
  queue_.push_back(std::move(message));
  if (state_ == State::open) want_to_write();
}

void LwsConnection::close() {
  if (state_ == State::closing || state_ == State::gone) return;
  if (std::exchange(state_, State::closing) == State::open) {
    timer_ = client_.clock.make_timer();
    timer_->arm(kCloseTimeout, [this] { on_deadline(); });
    return want_to_write();
  }
  let_go();
  timer_.reset();
  asio::post(client_.io, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->end(unreachable("closed here"));
  });
}

void LwsConnection::drop() {
  if (state_ == State::gone) return;
  stop();
}

void LwsConnection::want_to_write() {
  lws_callback_on_writable(wsi_);
  client_.loop.kick();
}

// Cuts a connection loose that libwebsockets still has.
void LwsConnection::let_go() {
  lookup_.reset();
  if (wsi_ == nullptr) return;
  lws* const wsi = wsi_;
  forget();
  lws_set_timeout(wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
  client_.loop.kick_timers();
}

// For a connection that libwebsockets is about to free by itself: it must get no timeout any more.
void LwsConnection::forget() {
  if (wsi_ != nullptr) lws_set_opaque_user_data(wsi_, nullptr);
  wsi_ = nullptr;
}

void LwsConnection::stop() {
  let_go();
  state_ = State::gone;
  timer_.reset();
  queue_.clear();
  client_.connections.erase(this);
}

void LwsConnection::end(Error error) {
  if (state_ == State::gone) return;
  stop();
  if (events_.on_closed) events_.on_closed(std::move(error));
}

std::string LwsConnection::where() const {
  return address_.empty() || address_ == url_.host ? url_.authority()
                                                   : url_.authority() + " (" + address_ + ")";
}

}  // namespace wasphere::net
