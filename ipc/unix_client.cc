#include "ipc/unix_client.h"

#include <grp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

namespace wasphere::ipc {
namespace {

constexpr time_t kConnectSeconds = 10;  // a daemon that accepts nobody for so long is not well

std::string group_of(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return {};
  const struct group* group = ::getgrgid(status.st_gid);
  return group == nullptr ? std::to_string(status.st_gid) : std::string(group->gr_name);
}

Error not_allowed(const std::string& path) {
  Error error{ErrorCode::unauthorized, "You may not open the socket " + path + ".", {}, 0, {}};
  const std::string group = group_of(path);
  if (!group.empty()) {
    error.remedy = "Join the group that owns it ('sudo usermod -aG " + group +
                   " $USER', then log in again), or use sudo.";
  }
  return error;
}

Error connect_error(const std::string& path, int code) {
  switch (code) {
    case ENOENT:
    case ENOTDIR:
      return {ErrorCode::daemon_unreachable, "There is no socket at " + path + ".", {}, 0, {}};
    case ECONNREFUSED:
      return {ErrorCode::daemon_unreachable, "Nobody listens at " + path + ".", {}, 0, {}};
    case EAGAIN:
      return {ErrorCode::daemon_unreachable,
              "The daemon at " + path + " takes no connections.",
              {},
              0,
              "See its log: it is overloaded or hangs."};
    case EACCES:
    case EPERM:
      return not_allowed(path);
    default:
      return {ErrorCode::io_error,
              "Opening " + path + " failed: " + std::strerror(code) + ".",
              {},
              0,
              {}};
  }
}

Error system_error(std::string_view doing, int code) {
  return {
      ErrorCode::io_error, std::string(doing) + " failed: " + std::strerror(code) + ".", {}, 0, {}};
}

}  // namespace

// A deadline as a descriptor: poll() waits for it beside the socket, whatever signals interrupt it.
class UnixClient::Timer {
 public:
  static Result<Timer> start(std::chrono::milliseconds timeout) {
    if (timeout == kForever) return Timer(-1);
    const int fd = ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (fd < 0) return fail(system_error("Setting a timer", errno));
    Timer timer(fd);
    constexpr std::int64_t kMillion = 1000000;
    constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24 * 366);
    const auto nanos = std::max<std::int64_t>(1, std::min(timeout, kLongest).count() * kMillion);
    itimerspec when{};
    when.it_value = {.tv_sec = nanos / (1000 * kMillion), .tv_nsec = nanos % (1000 * kMillion)};
    if (::timerfd_settime(fd, 0, &when, nullptr) != 0) {
      return fail(system_error("Setting a timer", errno));
    }
    return timer;
  }
  Timer(Timer&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Timer& operator=(Timer&&) = delete;
  ~Timer() {
    if (fd_ >= 0) ::close(fd_);
  }
  int fd() const { return fd_; }

 private:
  explicit Timer(int fd) : fd_(fd) {}
  int fd_;
};

Result<UnixClient> UnixClient::connect(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path)) {
    return fail(ErrorCode::config_invalid, "The socket path must have 1 to " +
                                               std::to_string(sizeof(address.sun_path) - 1) +
                                               " bytes.");
  }
  path.copy(address.sun_path, path.size());
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return fail(system_error("Making a socket", errno));
  UnixClient client(fd, path);
  const timeval limit{.tv_sec = kConnectSeconds, .tv_usec = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  while (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno != EINTR) return fail(connect_error(path, errno));
  }
  return client;
}

UnixClient::UnixClient(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

UnixClient::UnixClient(UnixClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      wake_fd_(other.wake_fd_),
      write_closed_(other.write_closed_),
      read_closed_(other.read_closed_),
      path_(std::move(other.path_)),
      buffer_(std::move(other.buffer_)),
      scanned_(other.scanned_),
      next_id_(other.next_id_),
      notifications_(std::move(other.notifications_)),
      last_request_id_(std::move(other.last_request_id_)) {}

UnixClient& UnixClient::operator=(UnixClient&& other) noexcept {
  if (this == &other) return *this;
  close_fd();
  std::destroy_at(this);
  return *std::construct_at(this, std::move(other));
}

UnixClient::~UnixClient() {
  close_fd();
}

void UnixClient::close_fd() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

Result<nlohmann::json> UnixClient::call(std::string_view method, const nlohmann::json& params,
                                        std::chrono::milliseconds timeout) {
  WS_TRY(const Timer timer, Timer::start(timeout));
  const std::int64_t id = next_id_++;
  WS_CHECK(send_line(make_request(id, method, params), timer));
  WS_TRY(Answer answer, wait_answer(id, timer));
  if (!answer.result) {
    last_request_id_ = std::move(answer.request_id);
    return fail(std::move(answer.result).error());
  }
  return std::move(**answer.result);
}

Result<std::optional<Notification>> UnixClient::wait_notification(
    std::chrono::milliseconds timeout) {
  WS_TRY(const Timer timer, Timer::start(timeout));
  while (true) {
    while (notifications_.empty()) {
      WS_TRY(const auto line, take_line());
      if (!line) break;
      WS_CHECK(handle_line(*line, 0));
    }
    if (!notifications_.empty()) {
      Notification first = std::move(notifications_.front());
      notifications_.pop_front();
      return first;
    }
    if (read_closed_) return fail(closed());
    WS_TRY(const Wake wake, wait(POLLIN, timer));
    if (wake == Wake::timer) return std::nullopt;
    WS_CHECK(read_some());
  }
}

Status UnixClient::send_line(std::string line, const Timer& timer) {
  if (line.size() > kMaxLine) {
    return fail(ErrorCode::payload_too_large,
                "The request is longer than " + std::to_string(kMaxLine >> 20U) + " MiB.");
  }
  line.push_back('\n');
  std::string_view rest = line;
  // Reads as well: a daemon that waits for us to read would otherwise never take the rest.
  while (!rest.empty() && !write_closed_) {
    WS_CHECK(write_some(rest));
    if (rest.empty() || write_closed_) break;
    WS_TRY(const Wake wake, wait(POLLIN | POLLOUT, timer));
    if (wake == Wake::timer) {
      write_closed_ = true;  // half a line is out: nothing may follow it
      return fail(ErrorCode::timed_out, "The daemon at " + path_ + " did not take the request.");
    }
    WS_CHECK(read_some());
  }
  return {};
}

Status UnixClient::write_some(std::string_view& rest) {
  const ssize_t sent = ::send(fd_, rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent >= 0) {
    rest.remove_prefix(static_cast<std::size_t>(sent));
    return {};
  }
  if (errno == EINTR || errno == EAGAIN) return {};
  if (errno == EPIPE || errno == ECONNRESET) {
    write_closed_ = true;  // what the daemon said before it closed is still to be read
    return {};
  }
  return fail(system_error("Writing to " + path_, errno));
}

Status UnixClient::read_some() {
  constexpr std::size_t kChunk = 65536;
  const std::size_t before = buffer_.size();
  buffer_.resize(before + kChunk);
  const ssize_t got = ::recv(fd_, buffer_.data() + before, kChunk, MSG_DONTWAIT);
  const int code = errno;
  buffer_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  if (got > 0) return {};
  if (got == 0 || code == ECONNRESET) {
    read_closed_ = write_closed_ = true;
    return {};
  }
  if (code == EINTR || code == EAGAIN) return {};
  return fail(system_error("Reading from " + path_, code));
}

Result<UnixClient::Wake> UnixClient::wait(short events, const Timer& timer) {
  while (true) {
    // poll() skips negative descriptors.
    std::array<pollfd, 3> polled{
        {{fd_, events, 0}, {timer.fd(), POLLIN, 0}, {wake_fd_, POLLIN, 0}}};
    if (::poll(polled.data(), polled.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return fail(system_error("Waiting for " + path_, errno));
    }
    if (polled[2].revents != 0) return fail(ErrorCode::timed_out, "Interrupted.");
    if (polled[0].revents != 0) return Wake::ready;
    if (polled[1].revents != 0) return Wake::timer;
  }
}

Result<std::optional<std::string>> UnixClient::take_line() {
  const std::size_t newline = buffer_.find('\n', scanned_);
  if (newline == std::string::npos) {
    scanned_ = buffer_.size();
    if (scanned_ > kMaxLine) {
      return fail(ErrorCode::protocol_error, "The daemon sent a line that is too long.");
    }
    return std::nullopt;
  }
  std::string line = buffer_.substr(0, newline);
  buffer_.erase(0, newline + 1);
  scanned_ = 0;
  return line;
}

Result<std::optional<Answer>> UnixClient::handle_line(std::string_view line, std::int64_t id) {
  WS_TRY(auto incoming, parse_incoming(line));
  if (auto* notification = std::get_if<Notification>(&incoming)) {
    notifications_.push_back(std::move(*notification));
    return std::nullopt;
  }
  auto& answer = std::get<Answer>(incoming);
  // An error without id is about the connection as a whole, as a refusal of this user.
  const bool about_connection = answer.id == 0 && !answer.result;
  if (answer.id == id || (id != 0 && about_connection)) return std::move(answer);
  if (about_connection) return fail(std::move(answer.result).error());
  return std::nullopt;
}

Result<Answer> UnixClient::wait_answer(std::int64_t id, const Timer& timer) {
  while (true) {
    WS_TRY(const auto line, take_line());
    if (line) {
      WS_TRY(auto answer, handle_line(*line, id));
      if (answer) return std::move(*answer);
      continue;
    }
    if (read_closed_) return fail(closed());
    WS_TRY(const Wake wake, wait(POLLIN, timer));
    if (wake == Wake::timer) {
      return fail(ErrorCode::timed_out, "The daemon at " + path_ + " did not answer in time.");
    }
    WS_CHECK(read_some());
  }
}

Error UnixClient::closed() const {
  return {ErrorCode::daemon_unreachable,
          "The daemon at " + path_ + " closed the connection.",
          {},
          0,
          "It is stopping, or it refuses this user: see its log."};
}

}  // namespace wasphere::ipc
