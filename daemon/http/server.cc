#include "daemon/http/server.h"

#include <sys/socket.h>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/http/connection.h"
#include "daemon/http/tls_files.h"
#include "daemon/runtime/log.h"

namespace wasphere::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Generic = asio::generic::stream_protocol;
using Acceptor = asio::basic_socket_acceptor<Generic>;

constexpr std::chrono::seconds kDrainTime(10);
constexpr std::chrono::milliseconds kAcceptPause(200);

// Peers of a Unix socket are on this host.
Address address_of(const Generic::endpoint& endpoint) {
  if (endpoint.data()->sa_family == AF_INET || endpoint.data()->sa_family == AF_INET6) {
    tcp::endpoint tcp_endpoint;
    tcp_endpoint.resize(endpoint.size());
    std::memcpy(tcp_endpoint.data(), endpoint.data(), endpoint.size());
    return folded(tcp_endpoint.address());
  }
  return asio::ip::address_v4::loopback();
}

Error socket_error(const std::string& doing, const error_code& error) {
  return {ErrorCode::io_error, doing + ": " + error.message()};
}

Status bind_and_listen(Acceptor& acceptor, const ServerOptions& options) {
  const tcp::endpoint wanted(options.address, options.port);
  const std::string doing =
      "cannot listen on " + options.address.to_string() + ":" + std::to_string(options.port);
  const Generic protocol(wanted.protocol().family(), wanted.protocol().protocol());
  error_code error;
  acceptor.open(protocol, error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(Generic::endpoint(wanted.data(), wanted.size()), error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return fail(socket_error(doing, error));
  return {};
}

Status inherit(Acceptor& acceptor, int fd) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  error_code error;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0)
    return fail(ErrorCode::io_error, "the socket 'http' from the service manager is none");
  acceptor.assign(Generic(address.ss_family, 0), fd, error);
  if (error) return fail(socket_error("the socket 'http' cannot be used", error));
  return {};
}

std::string describe(const Acceptor& acceptor) {
  error_code error;
  const auto endpoint = acceptor.local_endpoint(error);
  if (error || (endpoint.data()->sa_family != AF_INET && endpoint.data()->sa_family != AF_INET6))
    return "an inherited socket";
  tcp::endpoint out;
  out.resize(endpoint.size());
  std::memcpy(out.data(), endpoint.data(), endpoint.size());
  const std::string host = out.address().to_string();
  return (out.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(out.port());
}

void forget_ended(Server::State& server) {
  std::erase_if(server.connections, [](const auto& weak) { return weak.expired(); });
}

// The one that has been silent for longest makes room for a new client.
bool evict_waiting(Server::State& server) {
  std::shared_ptr<Connection> longest;
  for (const auto& weak : server.connections) {
    auto connection = weak.lock();
    if (!connection || !connection->waits()) continue;
    if (!longest || connection->waits_until() < longest->waits_until()) longest = connection;
  }
  if (longest) longest->close();
  return longest != nullptr;
}

void take_in(const std::shared_ptr<Server::State>& server, Socket socket,
             const Generic::endpoint& peer) {
  forget_ended(*server);
  if (server->live >= server->options.max_connections && !evict_waiting(*server)) {
    ++server->counts.refused_connections;
    return;  // closed with the socket
  }
  error_code ignored;
  if (peer.data()->sa_family != AF_UNIX) socket.set_option(tcp::no_delay(true), ignored);
  auto stream =
      server->tls ? tls_stream(std::move(socket), *server->tls) : plain_stream(std::move(socket));
  auto connection = std::make_shared<Connection>(server, std::move(stream), address_of(peer));
  server->connections.push_back(connection);
  ++server->live;
  server->idle.reset();
  asio::co_spawn(server->io, Connection::serve(connection), asio::detached);
}

runtime::Task<> accept_loop(std::shared_ptr<Server::State> server,
                            std::shared_ptr<Acceptor> acceptor) {
  while (acceptor->is_open() && !server->stopping) {
    Socket socket(server->io);
    Generic::endpoint peer;
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    co_await acceptor->async_accept(socket, peer, token);
    if (!error) {
      take_in(server, std::move(socket), peer);
    } else if (error != asio::error::operation_aborted) {
      // Out of descriptors, as a rule: clients wait in the queue meanwhile.
      asio::steady_timer pause(server->io, kAcceptPause);
      co_await pause.async_wait(token);
    }
  }
}

}  // namespace

Server::Server(std::shared_ptr<State> state) : state_(std::move(state)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::start(asio::io_context& io, Desk& desk,
                                              events::EventFeed& feed, ServerOptions options) {
  auto state = std::make_shared<State>(io, desk, feed, std::move(options));
  if (!state->options.certificate.empty()) {
    WS_TRY(state->tls, load_tls(state->options.certificate, state->options.key));
  }
  auto acceptor = std::make_shared<Acceptor>(io);
  if (state->options.inherited_fd >= 0) {
    WS_CHECK(inherit(*acceptor, state->options.inherited_fd));
  } else {
    WS_CHECK(bind_and_listen(*acceptor, state->options));
  }
  state->endpoint = describe(*acceptor);
  state->idle.set();
  state->close_acceptor = [acceptor] {
    error_code ignored;
    acceptor->close(ignored);
  };
  // A weak pointer: the state must not hold itself.
  state->accept = [weak = std::weak_ptr(state), acceptor] {
    auto alive = weak.lock();
    if (alive) asio::co_spawn(alive->io, accept_loop(alive, acceptor), asio::detached);
  };
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

const std::string& Server::endpoint() const {
  return state_->endpoint;
}

void Server::accept() {
  state_->accept();
}

ServerCounts Server::counts() const {
  ServerCounts out = state_->counts;
  out.connections = state_->live;
  return out;
}

void Server::stop_accepting() {
  state_->stopping = true;
  state_->close_acceptor();
  for (const auto& weak : state_->connections)
    if (auto connection = weak.lock()) connection->wind_up();
}

runtime::Task<> Server::drain() {
  auto state = state_;
  asio::steady_timer limit(state->io, kDrainTime);
  limit.async_wait([state](const error_code& cancelled) {
    if (cancelled) return;
    for (const auto& weak : state->connections)
      if (auto connection = weak.lock()) connection->close();
  });
  while (state->live > 0) {
    state->idle.reset();
    co_await state->idle.wait();
  }
  limit.cancel();
}

}  // namespace wasphere::http
