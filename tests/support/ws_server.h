// A small WebSocket server inside a test, written without the libraries of the product: the test
// decides what it answers. Plain or TLS.
#pragma once

#include <openssl/sha.h>
#include <openssl/ssl.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/util/bytes.h"
#include "core/util/encoding.h"

namespace wasphere::test {

class WsServer {
 public:
  enum : std::uint8_t { kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10 };

  // One client. Everything it sends ends up in the server's handlers.
  class Peer : public std::enable_shared_from_this<Peer> {
   public:
    Peer(WsServer& server, boost::asio::ip::tcp::socket socket)
        : server_(server), socket_(std::move(socket)) {
      if (server_.tls == nullptr) return;
      ssl_ = SSL_new(server_.tls);
      SSL_set_bio(ssl_, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
      SSL_set_accept_state(ssl_);
    }
    ~Peer() { SSL_free(ssl_); }
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    const std::string& request() const { return request_; }
    bool gone() const { return gone_; }
    // The value of a request header; empty if it is absent.
    std::string header(std::string_view name) const {
      const auto at = request_.find("\r\n" + std::string(name) + ": ");
      if (at == std::string::npos) return {};
      const auto from = at + 4 + name.size();
      return request_.substr(from, request_.find("\r\n", from) - from);
    }

    // `headers`: further lines of the answer, each with its line end.
    void upgrade(const std::string& headers = {}) {
      const std::string key = header("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
      ByteArray<SHA_DIGEST_LENGTH> digest;
      SHA1(as_bytes(key).data(), key.size(), digest.data());
      write_raw(
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          "Sec-WebSocket-Accept: " +
          to_base64(digest) + "\r\n" + headers + "\r\n");
    }

    void send(std::uint8_t opcode, BytesView payload) {
      ByteWriter frame;
      frame.u8(static_cast<std::uint8_t>(0x80U | opcode));
      const auto size = payload.size();
      if (size < 126) {
        frame.u8(static_cast<std::uint8_t>(size));
      } else if (size < 65536) {
        frame.u8(126).u16be(static_cast<std::uint16_t>(size));
      } else {
        frame.u8(127).u32be(0).u32be(static_cast<std::uint32_t>(size));
      }
      write_raw(as_text(frame.put(payload).bytes()));
    }

    void write_raw(std::string_view bytes) {
      if (ssl_ == nullptr) return enqueue(bytes);
      SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
      flush_tls();
    }

    void drop() {
      boost::system::error_code ignored;
      socket_.close(ignored);
      gone_ = true;
    }

   private:
    friend class WsServer;

    void read() {
      socket_.async_read_some(boost::asio::buffer(buffer_),
                              [self = shared_from_this()](auto ec, std::size_t size) {
                                if (ec) return self->drop();
                                self->on_bytes({self->buffer_.data(), size});
                                if (!self->gone_) self->read();
                              });
    }

    void on_bytes(std::string_view bytes) {
      if (ssl_ == nullptr) return on_plain(bytes);
      BIO_write(SSL_get_rbio(ssl_), bytes.data(), static_cast<int>(bytes.size()));
      char plain[16384];
      int size = 0;
      while ((size = SSL_read(ssl_, plain, sizeof plain)) > 0) {
        on_plain({plain, static_cast<std::size_t>(size)});
      }
      flush_tls();
    }

    void flush_tls() {
      char out[16384];
      int size = 0;
      while ((size = BIO_read(SSL_get_wbio(ssl_), out, sizeof out)) > 0) {
        enqueue({out, static_cast<std::size_t>(size)});
      }
    }

    void enqueue(std::string_view bytes) {
      const bool idle = out_.empty();
      out_ += bytes;
      if (idle && !out_.empty()) write();
    }

    void write() {
      boost::asio::async_write(socket_, boost::asio::buffer(out_, kPiece),
                               [self = shared_from_this()](auto ec, std::size_t size) {
                                 self->out_.erase(0, size);
                                 if (!ec && !self->gone_ && !self->out_.empty()) self->write();
                               });
    }

    void on_plain(std::string_view bytes) {
      in_ += bytes;
      if (request_.empty()) {
        const auto end = in_.find("\r\n\r\n");
        if (end == std::string::npos) return;
        request_ = in_.substr(0, end + 4);
        in_.erase(0, end + 4);
        server_.on_request(*this);
      }
      while (!gone_ && take_frame()) {
      }
    }

    bool take_frame() {
      ByteReader reader(as_bytes(in_));
      const auto first = reader.u8();
      const auto second = reader.u8();
      if (!first || !second) return false;
      std::size_t size = *second & 0x7fU;
      if (size == 126) size = reader.u16be().value_or(0);
      if (size == 127) {
        reader.u32be();
        size = reader.u32be().value_or(0);
      }
      const auto mask = reader.take(4);
      const auto masked = reader.take(size);
      if (!mask || !masked) return false;
      Bytes payload(masked->begin(), masked->end());
      for (std::size_t i = 0; i < size; ++i) payload[i] ^= (*mask)[i % 4];
      in_.erase(0, in_.size() - reader.remaining());
      server_.on_frame(*this, *first, payload);
      return true;
    }

    static constexpr std::size_t kPiece = 1U << 16;
    WsServer& server_;
    boost::asio::ip::tcp::socket socket_;
    std::array<char, 16384> buffer_{};
    std::string in_;
    std::string out_;
    std::string request_;
    SSL* ssl_ = nullptr;
    bool gone_ = false;
  };

  explicit WsServer(boost::asio::io_context& io, SSL_CTX* with_tls = nullptr,
                    const char* address = "127.0.0.1", unsigned short port = 0)
      : tls(with_tls), acceptor_(io, {boost::asio::ip::make_address(address), port}) {
    accept();
  }
  ~WsServer() {
    for (const auto& peer : peers) peer->drop();
  }
  WsServer(const WsServer&) = delete;
  WsServer& operator=(const WsServer&) = delete;

  unsigned short port() const { return acceptor_.local_endpoint().port(); }
  std::string url(std::string_view host = "127.0.0.1") const {
    return (tls == nullptr ? "ws://" : "wss://") + std::string(host) + ":" +
           std::to_string(port()) + "/ws/chat?ED=x";
  }

  // Defaults: upgrade everybody; send data frames back; answer a close frame and hang up.
  std::function<void(Peer&)> on_request = [](Peer& peer) { peer.upgrade(); };
  // `first` is the frame's first byte: 0x80 (final) and the opcode.
  std::function<void(Peer&, std::uint8_t first, const Bytes&)> on_frame =
      [](Peer& peer, std::uint8_t first, const Bytes& payload) {
        const std::uint8_t opcode = first & 0x0fU;
        peer.send(opcode, payload);
      };
  std::vector<std::shared_ptr<Peer>> peers;  // all there ever were
  SSL_CTX* tls;

 private:
  void accept() {
    acceptor_.async_accept([this](auto ec, boost::asio::ip::tcp::socket socket) {
      if (ec) return;
      peers.push_back(std::make_shared<Peer>(*this, std::move(socket)));
      peers.back()->read();
      accept();
    });
  }
  boost::asio::ip::tcp::acceptor acceptor_;
};

}  // namespace wasphere::test
