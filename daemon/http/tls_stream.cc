#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "daemon/http/byte_stream.h"

namespace wasphere::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

class TlsStream final : public ByteStream {
 public:
  TlsStream(Socket socket, asio::ssl::context& context) : stream_(std::move(socket), context) {}

  runtime::Task<bool> open() override {
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    co_await stream_.async_handshake(asio::ssl::stream_base::server, token);
    co_return !error;
  }

  runtime::Task<std::size_t> read(std::span<char> into) override {
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    co_return co_await stream_.async_read_some(asio::buffer(into.data(), into.size()), token);
  }

  runtime::Task<bool> write(std::string_view bytes) override {
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    co_await asio::async_write(stream_, asio::buffer(bytes.data(), bytes.size()), token);
    co_return !error;
  }

  void interrupt() override {
    error_code ignored;
    stream_.next_layer().cancel(ignored);
  }

  runtime::Task<> finish() override {
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    co_await stream_.async_shutdown(token);
  }

  void close() override {
    error_code ignored;
    stream_.next_layer().close(ignored);
  }

 private:
  asio::ssl::stream<Socket> stream_;
};

}  // namespace

std::unique_ptr<ByteStream> tls_stream(Socket socket, asio::ssl::context& context) {
  return std::make_unique<TlsStream>(std::move(socket), context);
}

}  // namespace wasphere::http
