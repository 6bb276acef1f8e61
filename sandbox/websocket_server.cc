#include "sandbox/websocket_server.h"

#include <libwebsockets.h>

#include <array>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <charconv>
#include <list>
#include <unordered_map>

#include "daemon/runtime/log.h"
#include "daemon/runtime/lws_loop.h"
#include "sandbox/network.h"

namespace wasphere::sandbox {
namespace {

constexpr const char* kLog = "sandbox.net";
constexpr std::size_t kReceiveBuffer = 4096;
constexpr const char* kPath = "/ws/chat";

int on_lws(lws* wsi, lws_callback_reasons reason, void* user, void* in, std::size_t length);

// No lws ping timers: liveness is a matter of the chat protocol.
const lws_retry_bo_t kNoValidity{};

tl::unexpected<Error> bad_address(const std::string& text) {
  return fail(Error{
      .code = ErrorCode::config_invalid,
      .message = "--listen " + text + ": not a loopback address with a port",
      .remedy = "Use 127.0.0.1:PORT or [::1]:PORT; port 0 takes a free one. The sandbox has no "
                "access control and must not be reachable from outside."});
}

}  // namespace

Result<ListenAddress> parse_listen_address(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return bad_address(text);
  auto host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  ListenAddress out{host, 0};
  const char* const begin = text.data() + colon + 1;
  const char* const end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(begin, end, out.port);
  boost::system::error_code invalid;
  const auto address = boost::asio::ip::make_address(host, invalid);
  if (problem != std::errc{} || rest != end || invalid || !address.is_loopback())
    return bad_address(text);
  return out;
}

struct WebSocketServer::Impl {
  // One accepted WebSocket. Lives until libwebsockets says that it is closed.
  class Connection final : public LinkTransport {
   public:
    Connection(Impl& server, lws* wsi)
        : server_(server), wsi_(wsi), link_(server.network.links.open(*this)) {}
    ~Connection() override { server_.network.links.closed(link_.id()); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void send(Bytes message) override {
      if (closing_) return;
      queue_.push_back(std::move(message));
      want_write();
    }
    void close() override {
      closing_ = true;
      want_write();
    }
    void drop() override {
      closing_ = true;
      queue_.clear();
      lws_set_timeout(wsi_, PENDING_TIMEOUT_KILLED_BY_PARENT, LWS_TO_KILL_ASYNC);
      server_.loop.kick_timers();
    }

    void on_bytes(BytesView bytes) { link_.on_bytes(bytes); }
    // Not zero: libwebsockets shall cut the connection.
    int on_writable() {
      if (!queue_.empty()) {
        if (!write(queue_.front())) return -1;
        queue_.pop_front();
      }
      if (!queue_.empty()) {
        lws_callback_on_writable(wsi_);
      } else if (closing_ && !close_asked_) {
        close_from_outside();
      }
      return 0;
    }

   private:
    void want_write() {
      lws_callback_on_writable(wsi_);
      server_.loop.kick();
    }
    // Asked for from a writable callback, this version of libwebsockets ends a connection without a
    // close frame; asked for from outside, with one, and waits a little for the client's.
    void close_from_outside() {
      close_asked_ = true;
      boost::asio::post(server_.io, [this, alive = std::weak_ptr<bool>(alive_)] {
        if (alive.expired()) return;
        lws_close_reason(wsi_, LWS_CLOSE_STATUS_NORMAL, nullptr, 0);
        server_.loop.kick_timers();
        lws_set_timeout(wsi_, PENDING_TIMEOUT_CLOSE_SEND, LWS_TO_KILL_SYNC);
      });
    }
    bool write(const Bytes& message) {
      auto& buffer = server_.scratch;
      buffer.resize(LWS_PRE + message.size());
      std::copy(message.begin(), message.end(), buffer.begin() + LWS_PRE);
      const int written =
          lws_write(wsi_, buffer.data() + LWS_PRE, message.size(), LWS_WRITE_BINARY);
      if (buffer.capacity() > kKeptScratch) Bytes{}.swap(buffer);
      return written >= static_cast<int>(message.size());
    }

    static constexpr std::size_t kKeptScratch = 64 * 1024;
    Impl& server_;
    lws* wsi_;
    Link& link_;
    std::list<Bytes> queue_;  // a deque would hold half a kilobyte while it is empty
    bool closing_ = false;
    bool close_asked_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  };

  Impl(boost::asio::io_context& context, Network& its_network)
      : io(context), network(its_network), loop(context) {}
  // lws calls back while the loop goes down; the connections must still be there then.
  ~Impl() {
    for (auto& [wsi, connection] : connections) connection->drop();
  }

  Status start(const ListenAddress& address);
  int on_event(lws* wsi, lws_callback_reasons reason, BytesView in);
  int reject(lws* wsi) const;

  boost::asio::io_context& io;
  Network& network;
  std::string url;
  Bytes scratch;  // one message with the room lws wants in front
  std::unordered_map<lws*, std::unique_ptr<Connection>> connections;
  std::array<lws_protocols, 2> protocols{};
  runtime::LwsLoop loop;  // last: destroyed first
};

Status WebSocketServer::Impl::start(const ListenAddress& address) {
  protocols[0].name = "wa";
  protocols[0].callback = on_lws;
  protocols[0].rx_buffer_size = kReceiveBuffer;
  lws_context_creation_info info{};
  info.port = address.port;
  info.iface = address.host.c_str();
  info.protocols = protocols.data();
  info.user = this;
  info.retry_and_idle_policy = &kNoValidity;
  // Say at once that the port is taken, instead of trying again now and then.
  info.options = LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND;
  if (address.host.find(':') == std::string::npos) info.options |= LWS_SERVER_OPTION_DISABLE_IPV6;
  auto* context = loop.create_context(info);
  auto* vhost = context == nullptr ? nullptr : lws_get_vhost_by_name(context, "default");
  const int port = vhost == nullptr ? -1 : lws_get_vhost_listen_port(vhost);
  const bool v6 = address.host.find(':') != std::string::npos;
  const auto host = v6 ? "[" + address.host + "]" : address.host;
  if (port <= 0)
    return fail(ErrorCode::io_error, "cannot listen on " + host + ":" +
                                         std::to_string(address.port) + "; is it in use?");
  url = "ws://" + host + ":" + std::to_string(port) + kPath;
  return {};
}

int WebSocketServer::Impl::reject(lws* wsi) const {
  lws_return_http_status(wsi, HTTP_STATUS_SERVICE_UNAVAILABLE, nullptr);
  return 1;
}

int WebSocketServer::Impl::on_event(lws* wsi, lws_callback_reasons reason, BytesView in) {
  if (reason == LWS_CALLBACK_HTTP_CONFIRM_UPGRADE) return network.faults.refuse ? reject(wsi) : 0;
  if (reason == LWS_CALLBACK_ESTABLISHED) {
    connections.emplace(wsi, std::make_unique<Connection>(*this, wsi));
    return 0;
  }
  const auto found = connections.find(wsi);
  if (found == connections.end()) return 0;
  if (reason == LWS_CALLBACK_SERVER_WRITEABLE) return found->second->on_writable();
  if (reason == LWS_CALLBACK_CLOSED) {
    const auto gone = std::move(found->second);
    connections.erase(found);
    return 0;
  }
  if (reason != LWS_CALLBACK_RECEIVE) return 0;
  if (lws_frame_is_binary(wsi) == 0) {
    runtime::log_info(kLog, "a client sent a text message");
    found->second->close();
    return 0;
  }
  found->second->on_bytes(in);
  return 0;
}

namespace {

int on_lws(lws* wsi, lws_callback_reasons reason, void* user, void* in, std::size_t length) {
  (void)user;
  switch (reason) {
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
    case LWS_CALLBACK_ESTABLISHED:
    case LWS_CALLBACK_SERVER_WRITEABLE:
    case LWS_CALLBACK_RECEIVE:
    case LWS_CALLBACK_CLOSED:
      break;
    default:
      return lws_callback_http_dummy(wsi, reason, user, in, length);
  }
  auto* server = static_cast<WebSocketServer::Impl*>(lws_context_user(lws_get_context(wsi)));
  return server->on_event(wsi, reason, {static_cast<const std::uint8_t*>(in), length});
}

}  // namespace

WebSocketServer::WebSocketServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
WebSocketServer::~WebSocketServer() = default;
const std::string& WebSocketServer::url() const {
  return impl_->url;
}

Result<std::unique_ptr<WebSocketServer>> WebSocketServer::listen(boost::asio::io_context& io,
                                                                 Network& network,
                                                                 const ListenAddress& address) {
  auto impl = std::make_unique<Impl>(io, network);
  WS_CHECK(impl->start(address));
  return std::unique_ptr<WebSocketServer>(new WebSocketServer(std::move(impl)));
}

}  // namespace wasphere::sandbox
