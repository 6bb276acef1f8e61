// The other end of a Unix socket in a test: never blocks, so that the server runs in the same
// thread.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

namespace wasphere::test {

class UnixClient {
 public:
  explicit UnixClient(const std::string& path)
      : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      const int error = errno;
      ::close(fd_);
      throw std::runtime_error("connect " + path + ": " + std::strerror(error));
    }
  }
  ~UnixClient() { close(); }
  UnixClient(const UnixClient&) = delete;
  UnixClient& operator=(const UnixClient&) = delete;

  // How much the kernel took.
  std::size_t send(std::string_view text) {
    const auto sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
    return sent < 0 ? 0 : static_cast<std::size_t>(sent);
  }

  // All that came so far.
  const std::string& received() {
    char buffer[65536];
    while (!ended_) {
      const auto size = ::recv(fd_, buffer, sizeof buffer, 0);
      if (size > 0) {
        received_.append(buffer, static_cast<std::size_t>(size));
      } else if (size == 0 || errno != EAGAIN) {
        ended_ = true;
      } else {
        break;
      }
    }
    return received_;
  }

  // The server has closed.
  bool ended() {
    received();
    return ended_;
  }

  void half_close() { ::shutdown(fd_, SHUT_WR); }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
  std::string received_;
  bool ended_ = false;
};

}  // namespace wasphere::test
