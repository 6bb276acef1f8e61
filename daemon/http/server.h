// The REST listener: HTTP/1.1 over TCP, a Unix socket or TLS. Main thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "daemon/events/feed.h"
#include "daemon/http/exchange.h"

namespace wasphere::http {

struct ServerOptions {
  boost::asio::ip::address address;
  std::uint16_t port = 0;
  int inherited_fd = -1;  // a listening socket from systemd; then address and port are not used
  std::string certificate, key;  // files in PEM; both empty: no TLS
  std::size_t max_connections = 512;
};

// What metrics tell of a listener.
struct ServerCounts {
  std::size_t connections = 0;
  std::size_t streams = 0;
  std::uint64_t refused_connections = 0;
  std::uint64_t requests[6] = {};  // by the first digit of the status
};

class Server {
 public:
  // io_error names the address; config_invalid what is wrong with the certificate.
  static Result<std::unique_ptr<Server>> start(boost::asio::io_context& io, Desk& desk,
                                               events::EventFeed& feed, ServerOptions options);
  ~Server();  // after drain()

  // Clients may connect from the start, and are answered from now on.
  void accept();
  // Where it listens: "127.0.0.1:3001", of use when the port was 0.
  const std::string& endpoint() const;
  ServerCounts counts() const;
  // No new connections; those that wait for a request are closed, streams end, and requests that
  // still come are answered with shutting_down.
  void stop_accepting();
  // Returns when every request was answered, at the latest after ten seconds.
  runtime::Task<> drain();

  struct State;

 private:
  explicit Server(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace wasphere::http
