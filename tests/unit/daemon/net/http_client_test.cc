#include "daemon/net/http_client.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <catch2/catch.hpp>
#include <thread>

#include "tests/support/run_until.h"
#include "tests/support/temp_dir.h"
#include "tests/support/tls_identity.h"

namespace wasphere::net {
namespace {

using test::run_task;

// A server of blocking sockets on a thread of its own: each request gets the same answer. An empty
// answer is none: the connection stays open until the client gives up.
class Server {
 public:
  explicit Server(std::string answer, SSL_CTX* tls = nullptr)
      : answer_(std::move(answer)), tls_(tls), fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(fd_, 8) == 0);
    socklen_t size = sizeof address;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port = ::ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Server() {
    ::shutdown(fd_, SHUT_RDWR);
    ::shutdown(open_.load(), SHUT_RDWR);
    thread_.join();
    ::close(fd_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port = 0;
  std::atomic<int> connections = 0;
  std::string last_request;  // read it only after an answer

 private:
  void serve() {
    for (int fd = ::accept(fd_, nullptr, nullptr); fd >= 0; fd = ::accept(fd_, nullptr, nullptr)) {
      ++connections;
      open_ = fd;
      SSL* ssl = nullptr;
      if (tls_ != nullptr) {
        ssl = SSL_new(tls_);
        SSL_set_fd(ssl, fd);
      }
      if (ssl == nullptr || SSL_accept(ssl) == 1) {
        while (one_request(fd, ssl)) {
        }
      }
      SSL_free(ssl);
      open_ = -1;
      ::close(fd);
    }
  }
  static int read_some(int fd, SSL* ssl, char* into, int size) {
    return ssl != nullptr ? SSL_read(ssl, into, size)
                          : static_cast<int>(::recv(fd, into, static_cast<std::size_t>(size), 0));
  }
  bool one_request(int fd, SSL* ssl) {
    std::string request;
    char buffer[4096];
    // Every test posts the same body.
    while (!request.ends_with("{\"body\":1}")) {
      const int count = read_some(fd, ssl, buffer, sizeof buffer);
      if (count <= 0) return false;
      request.append(buffer, static_cast<std::size_t>(count));
    }
    last_request = request;
    if (answer_.empty()) return read_some(fd, ssl, buffer, sizeof buffer) > 0;
    const auto size = answer_.size();
    return ssl != nullptr ? SSL_write(ssl, answer_.data(), static_cast<int>(size)) > 0
                          : ::send(fd, answer_.data(), size, MSG_NOSIGNAL) > 0;
  }

  std::string answer_;
  SSL_CTX* tls_;
  int fd_;
  std::atomic<int> open_ = -1;
  std::thread thread_;
};

constexpr const char* kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

HttpPost post_to(const Server& server, const std::string& scheme = "http") {
  HttpPost out;
  out.url = scheme + "://hook.example:" + std::to_string(server.port) + "/path?x=1";
  out.address = "127.0.0.1";
  out.port = server.port;
  out.headers = {"Content-Type: application/json", "X-Test: yes"};
  out.body = "{\"body\":1}";
  return out;
}

struct Fixture {
  boost::asio::io_context io;
  std::unique_ptr<HttpClient> client;

  explicit Fixture(const std::string& ca_file = "") {
    auto made = make_http_client(io, {"wasphered/test", ca_file});
    REQUIRE(made);
    client = *std::move(made);
  }
  Result<HttpAnswer> send(HttpPost post) { return run_task(io, client->post(std::move(post))); }
};

}  // namespace

TEST_CASE("a post goes to the address that was chosen, under the name that was asked") {
  Server server(kOk);
  Fixture f;
  auto answer = f.send(post_to(server));
  REQUIRE(answer);
  CHECK(answer->status == 200);
  const std::string& request = server.last_request;
  CHECK(request.starts_with("POST /path?x=1 HTTP/1.1\r\n"));
  CHECK(request.find("Host: hook.example:" + std::to_string(server.port) + "\r\n") != request.npos);
  CHECK(request.find("User-Agent: wasphered/test\r\n") != request.npos);
  CHECK(request.find("X-Test: yes\r\n") != request.npos);
  CHECK(request.find("Expect:") == request.npos);
  REQUIRE(f.send(post_to(server)));
  CHECK(server.connections == 1);  // kept open
}

TEST_CASE("statuses, redirects and a wish to wait come back as they are") {
  Server refused("HTTP/1.1 503 Later\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n");
  Fixture f;
  auto answer = f.send(post_to(refused));
  REQUIRE(answer);
  CHECK(answer->status == 503);
  CHECK(answer->retry_after_s == 120);
  Server target(kOk);
  Server redirect("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:" +
                  std::to_string(target.port) + "/\r\nContent-Length: 0\r\n\r\n");
  CHECK(f.send(post_to(redirect))->status == 302);
  CHECK(target.connections == 0);
}

TEST_CASE("a body beyond the limit is not read, its status counts") {
  Server server("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + std::string(1'000'000, 'x'));
  Fixture f;
  CHECK(f.send(post_to(server))->status == 200);
}

TEST_CASE("silence, closed ports and what is no HTTP are errors of their own") {
  Fixture f;
  Server silent("");
  HttpPost slow = post_to(silent);
  slow.timeout = std::chrono::milliseconds(100);
  CHECK(f.send(slow).error().code == ErrorCode::upstream_timeout);
  Server nonsense("SSH-2.0-OpenSSH\r\n");
  CHECK(f.send(post_to(nonsense)).error().code == ErrorCode::network_unreachable);
  HttpPost closed = post_to(silent);
  closed.port = 1;
  CHECK(f.send(closed).error().code == ErrorCode::network_unreachable);
}

TEST_CASE("over TLS the certificate must be that of the name") {
  test::TempDir dir;
  test::TlsIdentity right("hook.example"), wrong("other.example");
  right.write_ca(dir / "ca.pem");
  Server server(kOk, right.server());
  Fixture f(dir / "ca.pem");
  auto answer = f.send(post_to(server, "https"));
  REQUIRE(answer);
  CHECK(answer->status == 200);
  Server stranger(kOk, wrong.server());
  CHECK(f.send(post_to(stranger, "https")).error().code == ErrorCode::certificate_rejected);
  Fixture without;
  Server unknown(kOk, right.server());
  CHECK(without.send(post_to(unknown, "https")).error().code == ErrorCode::certificate_rejected);
}

TEST_CASE("what is under way ends when the daemon does") {
  Server silent("");
  Fixture f;
  std::optional<Result<HttpAnswer>> ended;
  auto run = [&]() -> runtime::Task<> { ended = co_await f.client->post(post_to(silent)); };
  boost::asio::co_spawn(f.io, run, boost::asio::detached);
  REQUIRE(test::run_until(f.io, [&] { return silent.connections == 1; }));
  f.client->cancel_all();
  REQUIRE(test::run_until(f.io, [&] { return ended.has_value(); }));
  CHECK(ended->error().code == ErrorCode::shutting_down);
}

}  // namespace wasphere::net
