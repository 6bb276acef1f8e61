#include "daemon/runtime/sd_notify.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

namespace wasphere::runtime {
namespace {

constexpr int kFirstFd = 3;
constexpr int kMaxFds = 1024;  // no unit has that many sockets; a larger number is a mistake

tl::unexpected<Error> notify_failure(const std::string& path, int error) {
  return fail(ErrorCode::io_error, "cannot notify the service manager on " + path + ": " +
                                       std::generic_category().message(error));
}

// "@name" is an abstract socket, whose address begins with a zero byte and ends with the name.
socklen_t fill_address(sockaddr_un& address, std::string_view path) {
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  const bool abstract = path.front() == '@';
  if (abstract) address.sun_path[0] = '\0';
  return static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + (abstract ? 0 : 1));
}

std::optional<std::string> take_variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  std::string copy(value);
  ::unsetenv(name);
  return copy;
}

std::optional<int> to_int(const std::string& text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The part of a colon-separated list up to its first colon, which is taken off.
std::string take_name(std::string_view& names) {
  const auto end = std::min(names.find(':'), names.size());
  std::string name(names.substr(0, end));
  names.remove_prefix(std::min(end + 1, names.size()));
  return name.empty() ? "unknown" : name;
}

}  // namespace

Result<bool> sd_notify(std::string_view state) {
  const char* variable = std::getenv("NOTIFY_SOCKET");
  if (variable == nullptr || *variable == '\0') return false;
  const std::string path(variable);
  sockaddr_un address{};
  if (path.size() >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@')) {
    return notify_failure(path, EINVAL);
  }
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return notify_failure(path, errno);
  const socklen_t size = fill_address(address, path);
  const auto sent = ::sendto(fd, state.data(), state.size(), MSG_NOSIGNAL,
                             reinterpret_cast<const sockaddr*>(&address), size);
  const int error = sent < 0 ? errno : 0;
  ::close(fd);
  if (error != 0) return notify_failure(path, error);
  return true;
}

Result<std::optional<Duration>> watchdog_period() {
  const auto pid = take_variable("WATCHDOG_PID");
  const auto text = take_variable("WATCHDOG_USEC");
  if (!text || (pid && to_int(*pid) != ::getpid())) return std::nullopt;
  std::int64_t micros = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), micros);
  if (error != std::errc() || end != text->data() + text->size() || micros < 1000) {
    return fail(ErrorCode::config_invalid, "WATCHDOG_USEC is not a sensible number: " + *text);
  }
  return Duration(micros / 1000);
}

Result<std::vector<ListenFd>> listen_fds() {
  const auto pid = take_variable("LISTEN_PID");
  const auto count_text = take_variable("LISTEN_FDS");
  const std::string names_text = take_variable("LISTEN_FDNAMES").value_or("");
  std::vector<ListenFd> fds;
  if (!pid || !count_text || to_int(*pid) != ::getpid()) return fds;
  const int count = to_int(*count_text).value_or(-1);
  if (count < 0 || count > kMaxFds) {
    return fail(ErrorCode::config_invalid, "LISTEN_FDS is not a sensible number: " + *count_text);
  }
  std::string_view names = names_text;
  for (int fd = kFirstFd; fd < kFirstFd + count; ++fd) {
    if (::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
      return fail(ErrorCode::config_invalid,
                  "LISTEN_FDS promises descriptor " + std::to_string(fd) + ", which is not open");
    }
    fds.push_back({fd, take_name(names)});
  }
  return fds;
}

}  // namespace wasphere::runtime
