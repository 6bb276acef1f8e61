#include "daemon/runtime/sd_notify.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "tests/support/temp_dir.h"

namespace wasphere::runtime {
namespace {

// A bound datagram socket, as the service manager has one, and NOTIFY_SOCKET naming it.
class Manager {
 public:
  explicit Manager(const std::string& path)
      : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    const bool abstract = path[0] == '@';
    if (abstract) address.sun_path[0] = '\0';
    const auto size = offsetof(sockaddr_un, sun_path) + path.size() + (abstract ? 0 : 1);
    REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&address),
                   static_cast<socklen_t>(size)) == 0);
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  }
  ~Manager() {
    ::close(fd_);
    ::unsetenv("NOTIFY_SOCKET");
  }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  std::string next() {
    char buffer[256];
    const auto size = ::recv(fd_, buffer, sizeof buffer, 0);
    return size < 0 ? "" : std::string(buffer, static_cast<std::size_t>(size));
  }

 private:
  int fd_;
};

TEST_CASE("without a manager nothing is sent") {
  ::unsetenv("NOTIFY_SOCKET");
  CHECK(sd_notify("READY=1").value() == false);
  ::setenv("NOTIFY_SOCKET", "", 1);
  CHECK(sd_notify("READY=1").value() == false);
  ::unsetenv("NOTIFY_SOCKET");
}

TEST_CASE("states reach a manager on a path and on an abstract socket") {
  const test::TempDir dir;
  const std::string abstract = "@wasphere-test-" + std::to_string(::getpid());
  for (const auto& path : {dir / "notify", abstract}) {
    Manager manager(path);
    CHECK(sd_notify("READY=1\nSTATUS=3 sessions").value());
    CHECK(manager.next() == "READY=1\nSTATUS=3 sessions");
  }
}

TEST_CASE("a manager that cannot be reached is an error that names it") {
  const test::TempDir dir;
  for (const auto& path :
       {dir / "gone", std::string("relative/path"), "/" + std::string(200, 'x')}) {
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    const auto sent = sd_notify("READY=1");
    REQUIRE_FALSE(sent);
    CHECK(sent.error().code == ErrorCode::io_error);
    CHECK(sent.error().message.find(path) != std::string::npos);
  }
  ::unsetenv("NOTIFY_SOCKET");
}

void set_listen(const std::string& pid, const std::string& count, const char* names) {
  ::setenv("LISTEN_PID", pid.c_str(), 1);
  ::setenv("LISTEN_FDS", count.c_str(), 1);
  if (names != nullptr) ::setenv("LISTEN_FDNAMES", names, 1);
}

// Makes descriptors 3 and 4 exist, and restores what was there.
class FirstDescriptors {
 public:
  FirstDescriptors() {
    for (int i = 0; i < 2; ++i) {
      saved_[i] = ::fcntl(3 + i, F_DUPFD_CLOEXEC, 20);
      ::dup2(STDERR_FILENO, 3 + i);
    }
  }
  ~FirstDescriptors() {
    for (int i = 0; i < 2; ++i) {
      if (saved_[i] >= 0) {
        ::dup3(saved_[i], 3 + i, O_CLOEXEC);
        ::close(saved_[i]);
      } else {
        ::close(3 + i);
      }
    }
  }
  FirstDescriptors(const FirstDescriptors&) = delete;
  FirstDescriptors& operator=(const FirstDescriptors&) = delete;

 private:
  int saved_[2];
};

TEST_CASE("sockets handed over come with their names, once") {
  const FirstDescriptors descriptors;
  set_listen(std::to_string(::getpid()), "2", "rpc:");
  const auto fds = listen_fds();
  REQUIRE(fds);
  REQUIRE(fds->size() == 2);
  CHECK(fds->at(0).fd == 3);
  CHECK(fds->at(0).name == "rpc");
  CHECK(fds->at(1).fd == 4);
  CHECK(fds->at(1).name == "unknown");
  CHECK((::fcntl(3, F_GETFD) & FD_CLOEXEC) != 0);
  CHECK(std::getenv("LISTEN_FDS") == nullptr);
  CHECK(std::getenv("LISTEN_FDNAMES") == nullptr);
  CHECK(listen_fds().value().empty());
}

TEST_CASE("sockets for another process, or none, are no sockets") {
  CHECK(listen_fds().value().empty());
  set_listen(std::to_string(::getpid() + 1), "1", nullptr);
  CHECK(listen_fds().value().empty());
  set_listen("x", "1", nullptr);
  CHECK(listen_fds().value().empty());
  set_listen(std::to_string(::getpid()), "0", nullptr);
  CHECK(listen_fds().value().empty());
}

TEST_CASE("nonsense about sockets is an error") {
  for (const std::string_view count : {"-1", "two", "", "1000000", "1000"}) {
    set_listen(std::to_string(::getpid()), std::string(count), nullptr);
    const auto fds = listen_fds();
    INFO(count);
    REQUIRE_FALSE(fds);
    CHECK(fds.error().code == ErrorCode::config_invalid);
  }
}

TEST_CASE("the period of the watchdog is that of this process, and is taken once") {
  const std::string mine = std::to_string(::getpid());
  const auto period = [](const char* micros, const char* pid) {
    ::setenv("WATCHDOG_USEC", micros, 1);
    if (pid != nullptr) ::setenv("WATCHDOG_PID", pid, 1);
    return watchdog_period();
  };
  CHECK(period("30000000", mine.c_str()).value() == Duration(30'000));
  CHECK_FALSE(watchdog_period().value());
  CHECK(period("2000", nullptr).value() == Duration(2));
  CHECK_FALSE(period("30000000", "1").value());
  for (const char* nonsense : {"", "x", "-5", "12", "1e9"}) {
    INFO(nonsense);
    CHECK(period(nonsense, mine.c_str()).error().code == ErrorCode::config_invalid);
  }
}

}  // namespace
}  // namespace wasphere::runtime
