#include "daemon/runtime/line_socket.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "daemon/runtime/line_server.h"

namespace wasphere::runtime {
namespace {

constexpr std::size_t kMaxPath = sizeof(sockaddr_un::sun_path) - 1;
constexpr int kBacklog = 128;

tl::unexpected<Error> system_failure(const std::string& doing, const std::string& path) {
  return fail(ErrorCode::io_error,
              doing + " " + path + ": " + std::generic_category().message(errno));
}

tl::unexpected<Error> taken(const std::string& path) {
  return fail(Error{ErrorCode::state_locked,
                    "another process listens on " + path,
                    {},
                    0,
                    "Stop it, or choose another socket path."});
}

Status check_path(const std::string& path) {
  if (path.empty()) return fail(ErrorCode::io_error, "the socket path is empty");
  if (path.find('\0') != std::string::npos) {
    return fail(ErrorCode::io_error, "the socket path contains a zero byte");
  }
  if (path.size() > kMaxPath) {
    return fail(ErrorCode::io_error, "the socket path is " + std::to_string(path.size()) +
                                         " bytes long, the system allows " +
                                         std::to_string(kMaxPath) + ": " + path);
  }
  return {};
}

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

int new_socket() {
  return ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

// 0 if somebody accepts there, else the errno of the attempt.
int probe(const std::string& path) {
  const int fd = new_socket();
  if (fd < 0) return errno;
  const auto address = address_of(path);
  const int connected =
      ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? 0 : errno;
  ::close(fd);
  return connected;
}

// Removes what a dead server left; refuses to touch anything else.
Status make_way(const std::string& path) {
  struct stat found{};
  if (::lstat(path.c_str(), &found) != 0) {
    if (errno == ENOENT) return {};
    return system_failure("cannot look at", path);
  }
  if (!S_ISSOCK(found.st_mode)) {
    return fail(ErrorCode::io_error, path + " exists and is not a socket");
  }
  errno = probe(path);
  if (errno == 0 || errno == EAGAIN) return taken(path);
  if (errno == ENOENT) return {};
  if (errno != ECONNREFUSED) return system_failure("cannot take over the socket", path);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return system_failure("cannot remove", path);
  return {};
}

}  // namespace

ListeningSocket::ListeningSocket(ListeningSocket&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::exchange(other.path_, {})),
      device_(other.device_),
      inode_(other.inode_) {}

ListeningSocket::~ListeningSocket() {
  remove_file();
  if (fd_ >= 0) ::close(fd_);
}

int ListeningSocket::release() {
  return std::exchange(fd_, -1);
}

void ListeningSocket::remove_file() {
  if (path_.empty()) return;
  const std::string path = std::exchange(path_, {});
  struct stat now{};
  if (::lstat(path.c_str(), &now) != 0) return;
  if (now.st_dev == device_ && now.st_ino == inode_) ::unlink(path.c_str());
}

Result<ListeningSocket> ListeningSocket::inherit(int fd) {
  int domain = 0;
  int listening = 0;
  socklen_t size = sizeof domain;
  const bool known = ::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 &&
                     ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0;
  if (!known || domain != AF_UNIX || listening == 0) {
    return fail(ErrorCode::io_error,
                "inherited descriptor " + std::to_string(fd) + " is not a listening Unix socket");
  }
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  return ListeningSocket(fd, "");
}

Result<ListeningSocket> ListeningSocket::open(const LineServerOptions& options) {
  if (options.inherited_fd >= 0) return inherit(options.inherited_fd);
  WS_CHECK(check_path(options.path));
  WS_CHECK(make_way(options.path));
  ListeningSocket socket(new_socket(), "");
  if (socket.fd_ < 0) return system_failure("cannot make the socket", options.path);
  WS_CHECK(socket.bind_file(options));
  WS_CHECK(socket.publish(options));
  return socket;
}

// The file begins life closed to all others (Linux takes its mode from the descriptor), so that
// nobody connects before publish() has set owner and mode.
Status ListeningSocket::bind_file(const LineServerOptions& options) {
  const auto& path = options.path;
  const auto address = address_of(path);
  if (::fchmod(fd_, S_IRUSR | S_IWUSR) != 0) return system_failure("cannot protect", path);
  if (::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno == EADDRINUSE) return taken(path);
    return system_failure("cannot create the socket", path);
  }
  path_ = path;
  struct stat made{};
  if (::lstat(path.c_str(), &made) != 0) return system_failure("cannot look at", path);
  device_ = made.st_dev;
  inode_ = made.st_ino;
  return {};
}

Status ListeningSocket::publish(const LineServerOptions& options) {
  const auto& path = options.path;
  const bool regroup = options.group != static_cast<gid_t>(-1);
  if (regroup && ::lchown(path.c_str(), static_cast<uid_t>(-1), options.group) != 0) {
    return system_failure("cannot set the group of", path);
  }
  if (::chmod(path.c_str(), options.mode) != 0)
    return system_failure("cannot set the mode of", path);
  if (::listen(fd_, kBacklog) != 0) return system_failure("cannot listen on", path);
  return {};
}

}  // namespace wasphere::runtime
