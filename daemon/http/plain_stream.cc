#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "daemon/http/byte_stream.h"

namespace wasphere::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

class PlainStream final : public ByteStream {
 public:
  explicit PlainStream(Socket socket) : socket_(std::move(socket)) {}

  runtime::Task<bool> open() override { co_return true; }

  runtime::Task<std::size_t> read(std::span<char> into) override {
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    co_return co_await socket_.async_read_some(asio::buffer(into.data(), into.size()), token);
  }

  runtime::Task<bool> write(std::string_view bytes) override {
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    co_await asio::async_write(socket_, asio::buffer(bytes.data(), bytes.size()), token);
    co_return !error;
  }

  void interrupt() override {
    error_code ignored;
    socket_.cancel(ignored);
  }

  runtime::Task<> finish() override {
    error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    co_return;
  }

  void close() override {
    error_code ignored;
    socket_.close(ignored);
  }

 private:
  Socket socket_;
};

}  // namespace

std::unique_ptr<ByteStream> plain_stream(Socket socket) {
  return std::make_unique<PlainStream>(std::move(socket));
}

}  // namespace wasphere::http
