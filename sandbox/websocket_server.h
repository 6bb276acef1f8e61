// The network's WebSocket endpoint: a libwebsockets server inside the Asio loop. Every connection
// becomes a Link; any path, binary messages, no subprotocol. Loop thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "core/util/result.h"

namespace wasphere::sandbox {

struct Network;

struct ListenAddress {
  std::string host;  // numeric, loopback
  std::uint16_t port = 0;
};
// "127.0.0.1:0", "[::1]:5222"; config_invalid for anything that is not a loopback address.
Result<ListenAddress> parse_listen_address(const std::string& text);

class WebSocketServer {
 public:
  // io_error if the address cannot be had.
  static Result<std::unique_ptr<WebSocketServer>> listen(boost::asio::io_context& io,
                                                         Network& network,
                                                         const ListenAddress& address);
  ~WebSocketServer();  // drops every connection
  // "ws://127.0.0.1:41234/ws/chat"
  const std::string& url() const;

  struct Impl;  // of the .cc

 private:
  explicit WebSocketServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace wasphere::sandbox
