#include "daemon/runtime/line_server.h"

#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include "daemon/runtime/line_client.h"
#include "daemon/runtime/line_socket.h"
#include "daemon/runtime/log.h"

namespace wasphere::runtime {
namespace asio = boost::asio;
using boost::system::error_code;

namespace {

using Acceptor = asio::local::stream_protocol::acceptor;

constexpr std::size_t kReadSize = 64U << 10;
constexpr std::chrono::milliseconds kAcceptPause{100};  // when the process is out of descriptors

class Server final : public LineServer {
 public:
  Server(asio::io_context& io, ListeningSocket socket, LineServerOptions options,
         LineHandlers handlers)
      : socket_(std::move(socket)), state_(std::make_shared<State>(io)) {
    state_->shared->options = std::move(options);
    state_->shared->handlers = std::move(handlers);
    state_->shared->scratch.resize(kReadSize);
    state_->acceptor.assign({}, socket_.release());
    State::accept(state_);
  }

  ~Server() override {
    Server::stop_accepting();
    for (const auto& client : std::exchange(state_->shared->clients, {})) client->abandon();
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // The file goes first: a client that finds no file starts a daemon or says so; one that finds a
  // file without a listener only waits.
  void stop_accepting() override {
    socket_.remove_file();
    error_code ignored;
    state_->acceptor.close(ignored);
    state_->pause.cancel();
  }

 private:
  // Outlives the server in an accept that is queued already.
  struct State {
    explicit State(asio::io_context& io) : acceptor(io), pause(io) {}

    static void accept(const std::shared_ptr<State>& state) {
      if (!state->acceptor.is_open()) return;
      state->acceptor.async_accept(
          [weak = std::weak_ptr(state)](const error_code& ec, LineClient::Socket socket) {
            const auto self = weak.lock();
            if (!self || !self->acceptor.is_open()) return;
            if (ec) return accept_later(self, ec);
            self->admit(std::move(socket));
            accept(self);
          });
    }

    static void accept_later(const std::shared_ptr<State>& state, const error_code& ec) {
      log_warning("socket", "cannot accept a connection: {}", ec.message());
      state->pause.expires_after(kAcceptPause);
      state->pause.async_wait([weak = std::weak_ptr(state)](const error_code& cancelled) {
        const auto self = weak.lock();
        if (!cancelled && self) accept(self);
      });
    }

    void admit(LineClient::Socket socket) {
      if (shared->clients.size() >= shared->options.max_connections) {
        log_warning("socket", "a connection was closed: {} are open already",
                    shared->clients.size());
        return;
      }
      auto peer = peer_of(socket.native_handle());
      if (!peer) return log_warning("socket", "{}", peer.error().message);
      if (shared->handlers.admit && !shared->handlers.admit(*peer)) return;
      if (!acceptor.is_open()) return;  // admit() stopped the server
      auto client = std::make_shared<LineClient>(std::move(socket), std::move(*peer), shared);
      shared->clients.insert(client);
      client->start();
    }

    Acceptor acceptor;
    asio::steady_timer pause;
    std::shared_ptr<LineServerShared> shared = std::make_shared<LineServerShared>();
  };

  ListeningSocket socket_;
  std::shared_ptr<State> state_;
};

tl::unexpected<Error> unknown_peer() {
  return fail(ErrorCode::io_error, "cannot tell who is at the other end of a connection: " +
                                       std::generic_category().message(errno));
}

}  // namespace

Result<Peer> peer_of(int fd) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return unknown_peer();
  Peer peer{credentials.uid, credentials.gid, credentials.pid, {}};
  // The first call only asks for the size.
  socklen_t bytes = 0;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, nullptr, &bytes) != 0 && errno != ERANGE) {
    return unknown_peer();
  }
  peer.groups.resize(bytes / sizeof(gid_t));
  if (bytes > 0 && ::getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, peer.groups.data(), &bytes) != 0) {
    return unknown_peer();
  }
  return peer;
}

Result<std::unique_ptr<LineServer>> serve_lines(asio::io_context& io, LineServerOptions options,
                                                LineHandlers handlers) {
  WS_TRY(auto socket, ListeningSocket::open(options));
  return std::make_unique<Server>(io, std::move(socket), std::move(options), std::move(handlers));
}

}  // namespace wasphere::runtime
