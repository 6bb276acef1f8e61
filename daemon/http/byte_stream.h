// A connected client as a stream of bytes, whatever carries it: TCP, a Unix socket, TLS over
// either.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "daemon/runtime/task.h"

namespace boost::asio::ssl {
class context;
}

namespace wasphere::http {

using Socket = boost::asio::generic::stream_protocol::socket;

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // TLS: its handshake. False: the client cannot be talked to.
  virtual runtime::Task<bool> open() = 0;
  // How many bytes came; 0: no more will.
  virtual runtime::Task<std::size_t> read(std::span<char> into) = 0;
  virtual runtime::Task<bool> write(std::string_view bytes) = 0;
  // Ends what is waited for now; reading and writing may be tried again.
  virtual void interrupt() = 0;
  // Says goodbye as the carrier does, if the client takes part.
  virtual runtime::Task<> finish() = 0;
  virtual void close() = 0;
};

std::unique_ptr<ByteStream> plain_stream(Socket socket);
// The context must outlive it.
std::unique_ptr<ByteStream> tls_stream(Socket socket, boost::asio::ssl::context& context);

}  // namespace wasphere::http
