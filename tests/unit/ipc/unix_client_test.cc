#include "ipc/unix_client.h"

#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <thread>

#include "ipc/commands.h"
#include "tests/support/temp_dir.h"

using namespace std::chrono_literals;
using nlohmann::json;
using wasphere::ErrorCode;
using namespace wasphere::ipc;

namespace {

// The other end of a connection, run by a script in a thread of its own.
class Peer {
 public:
  explicit Peer(int fd) : fd_(fd) {}
  ~Peer() { ::close(fd_); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  // The next line; empty at the end.
  std::string read_line() {
    std::size_t newline = 0;
    while ((newline = buffer_.find('\n')) == std::string::npos) {
      char chunk[65536];
      const ssize_t got = ::read(fd_, chunk, sizeof chunk);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return {};
      buffer_.append(chunk, static_cast<std::size_t>(got));
    }
    std::string line = buffer_.substr(0, newline);
    buffer_.erase(0, newline + 1);
    return line;
  }
  void write(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void write_line(const std::string& line) { write(line + "\n"); }

 private:
  int fd_;
  std::string buffer_;
};

std::string id_of(const std::string& request) {
  return json::parse(request)["id"].dump();
}

// A client whose peer follows `script`.
struct Pair {
  explicit Pair(std::function<void(Peer&)> script) : Pair(make_sockets(), std::move(script)) {}
  ~Pair() {
    {
      UnixClient closing = std::move(client);
    }
    thread.join();
  }
  UnixClient client;
  std::thread thread;

 private:
  Pair(std::array<int, 2> ends, std::function<void(Peer&)> script)
      : client(ends[0], "/test.sock"), thread([fd = ends[1], script = std::move(script)] {
          Peer peer(fd);
          script(peer);
        }) {}
  static std::array<int, 2> make_sockets() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      throw std::runtime_error("socketpair failed");
    }
    return ends;
  }
};

int listen_at(const std::string& path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::listen(fd, 4) == 0);
  return fd;
}

}  // namespace

TEST_CASE("a call returns the result of its request") {
  Pair pair([](Peer& peer) {
    const std::string request = peer.read_line();
    peer.write_line(make_result(id_of(request), json::parse(request)["params"]));
  });
  auto result = pair.client.call("echo", json{{"a", "ü"}}, 10s);
  REQUIRE(result);
  REQUIRE((*result)["a"] == "ü");
}

TEST_CASE("typed calls skip members of newer daemons") {
  Pair pair([](Peer& peer) {
    const std::string request = peer.read_line();
    peer.write_line(make_result(
        id_of(request), json{{"id", "sess_1"}, {"deleted", true}, {"unlinked", false}, {"x", 1}}));
  });
  auto result = call(pair.client, SessionDelete{.session = "a"}, 10s);
  REQUIRE(result);
  REQUIRE(result->id == "sess_1");
}

TEST_CASE("an error answer keeps code, remedy and request id") {
  Pair pair([](Peer& peer) {
    const std::string request = peer.read_line();
    peer.write_line(make_error(id_of(request),
                               {ErrorCode::session_exists, "Taken.", {}, 0, "Rename."}, "req_5"));
  });
  auto result = pair.client.call("x", json::object(), 10s);
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::session_exists);
  CHECK(result.error().message == "Taken.");
  CHECK(result.error().remedy == "Rename.");
  CHECK(pair.client.last_request_id() == "req_5");
}

TEST_CASE("notifications between request and answer are kept in order") {
  Pair pair([](Peer& peer) {
    const std::string request = peer.read_line();
    peer.write_line(make_notification("event", R"({"seq":1})"));
    peer.write_line(make_notification("event", R"({"seq":2})"));
    peer.write_line(make_result(id_of(request), json::object()));
    peer.write_line(make_notification("event", R"({"seq":3})"));
    peer.read_line();
  });
  REQUIRE(pair.client.call("x", json::object(), 10s));
  for (int seq = 1; seq <= 3; ++seq) {
    auto next = pair.client.wait_notification(10s);
    REQUIRE(next);
    REQUIRE(next->has_value());
    REQUIRE((*(*next)->params)["seq"] == seq);
  }
  auto none = pair.client.wait_notification(1ms);
  REQUIRE(none);
  REQUIRE_FALSE(none->has_value());
}

TEST_CASE("an answer in pieces is put together") {
  Pair pair([](Peer& peer) {
    const std::string line =
        make_result(id_of(peer.read_line()), json{{"a", std::string(300000, 'x')}}) + "\n";
    for (std::size_t at = 0; at < line.size(); at += 7001)
      peer.write(std::string_view(line).substr(at, 7001));
  });
  auto result = pair.client.call("x", json::object(), 10s);
  REQUIRE(result);
  REQUIRE((*result)["a"].get<std::string>().size() == 300000);
}

TEST_CASE("a late answer is skipped and the connection goes on") {
  Pair pair([](Peer& peer) {
    const std::string first = peer.read_line();
    const std::string second = peer.read_line();
    peer.write_line(make_result(id_of(first), "late"));
    peer.write_line(make_result(id_of(second), "right"));
  });
  auto timed_out = pair.client.call("x", json::object(), 1ms);
  REQUIRE_FALSE(timed_out);
  REQUIRE(timed_out.error().code == ErrorCode::timed_out);
  REQUIRE(timed_out.error().message == "The daemon at /test.sock did not answer in time.");
  auto result = pair.client.call("y", json::object(), 10s);
  REQUIRE(result);
  REQUIRE(*result == "right");
}

TEST_CASE("a daemon that goes away is reported with the path and a remedy") {
  Pair pair([](Peer& peer) { peer.read_line(); });
  auto result = pair.client.call("x", json::object(), 10s);
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::daemon_unreachable);
  CHECK(result.error().message == "The daemon at /test.sock closed the connection.");
  CHECK_FALSE(result.error().remedy.empty());
  auto again = pair.client.call("x", json::object(), 10s);
  REQUIRE_FALSE(again);
  REQUIRE(again.error().code == ErrorCode::daemon_unreachable);
  auto event = pair.client.wait_notification(10s);
  REQUIRE_FALSE(event);
}

TEST_CASE("a refusal sent before the daemon closes is what the caller gets") {
  std::array<int, 2> ends{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
  UnixClient client(ends[0], "/test.sock");
  {
    Peer peer(ends[1]);
    peer.write_line(
        make_error("null", {ErrorCode::unauthorized, "User 12 may not.", {}, 0, {}}, ""));
  }
  auto result = client.call("x", json::object(), 10s);
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::unauthorized);
  CHECK(result.error().message == "User 12 may not.");
}

TEST_CASE("requests over the line limit are not sent") {
  Pair pair([](Peer& peer) {
    const std::string request = peer.read_line();
    if (!request.empty()) peer.write_line(make_result(id_of(request), "ok"));
  });
  auto result = pair.client.call("x", json{{"a", std::string(kMaxLine, 'x')}}, 10s);
  REQUIRE_FALSE(result);
  REQUIRE(result.error().code == ErrorCode::payload_too_large);
  REQUIRE(pair.client.call("y", json::object(), 10s));
}

TEST_CASE("an endless line is not collected for ever") {
  Pair pair([](Peer& peer) {
    peer.read_line();
    const std::string chunk(1U << 20U, 'x');
    for (int i = 0; i < 18; ++i) peer.write(chunk);
  });
  auto result = pair.client.call("x", json::object(), 60s);
  REQUIRE_FALSE(result);
  REQUIRE(result.error().code == ErrorCode::protocol_error);
}

TEST_CASE("rubbish from the daemon is a broken protocol") {
  Pair pair([](Peer& peer) {
    peer.read_line();
    peer.write_line("<html>");
  });
  auto result = pair.client.call("x", json::object(), 10s);
  REQUIRE_FALSE(result);
  REQUIRE(result.error().code == ErrorCode::protocol_error);
}

TEST_CASE("large requests pass while the daemon is talking") {
  Pair pair([](Peer& peer) {
    for (int i = 0; i < 20000; ++i) peer.write_line(make_notification("event", R"({"seq":1})"));
    const std::string request = peer.read_line();
    peer.write_line(make_result(id_of(request), "ok"));
  });
  auto result = pair.client.call("x", json{{"a", std::string(4U << 20U, 'x')}}, 60s);
  REQUIRE(result);
  for (int i = 0; i < 20000; ++i) REQUIRE(pair.client.wait_notification(10s)->has_value());
}

TEST_CASE("a daemon that never reads does not hold the caller") {
  std::array<int, 2> ends{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
  const Peer silent(ends[1]);
  UnixClient client(ends[0], "/test.sock");
  auto result = client.call("x", json{{"a", std::string(8U << 20U, 'x')}}, 20ms);
  REQUIRE_FALSE(result);
  REQUIRE(result.error().code == ErrorCode::timed_out);
}

TEST_CASE("signals do not disturb a call") {
  struct sigaction action{};
  struct sigaction before{};
  action.sa_handler = [](int) {};
  REQUIRE(::sigaction(SIGUSR1, &action, &before) == 0);
  const pthread_t caller = ::pthread_self();
  Pair pair([caller](Peer& peer) {
    const std::string request = peer.read_line();
    const std::string answer = make_result(id_of(request), "ok") + "\n";
    for (const char c : answer) {
      ::pthread_kill(caller, SIGUSR1);
      peer.write({&c, 1});
    }
  });
  auto result = pair.client.call("x", json::object(), 10s);
  REQUIRE(::sigaction(SIGUSR1, &before, nullptr) == 0);
  REQUIRE(result);
  REQUIRE(*result == "ok");
}

TEST_CASE("a readable wake descriptor ends the wait") {
  const int wake = ::eventfd(1, EFD_CLOEXEC);
  Pair pair([](Peer& peer) { peer.read_line(); });
  pair.client.set_wake_fd(wake);
  auto result = pair.client.wait_notification(UnixClient::kForever);
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::timed_out);
  CHECK(result.error().message == "Interrupted.");
  ::close(wake);
}

TEST_CASE("a moved client goes on with its connection") {
  Pair pair([](Peer& peer) {
    for (int i = 0; i < 2; ++i) {
      const std::string request = peer.read_line();
      peer.write_line(make_result(id_of(request), i));
    }
  });
  REQUIRE(*pair.client.call("x", json::object(), 10s) == 0);
  UnixClient moved = std::move(pair.client);
  REQUIRE(*moved.call("x", json::object(), 10s) == 1);
  pair.client = std::move(moved);
  REQUIRE(pair.client.fd() >= 0);
}

TEST_CASE("connecting to a listening socket works") {
  const wasphere::test::TempDir dir;
  const int listener = listen_at(dir / "d.sock");
  auto client = UnixClient::connect(dir / "d.sock");
  REQUIRE(client);
  Peer peer(::accept(listener, nullptr, nullptr));
  peer.write_line(make_notification("event", "{}"));
  REQUIRE(client->wait_notification(10s)->has_value());
  ::close(listener);
}

TEST_CASE("failing to connect says where and what to do") {
  const wasphere::test::TempDir dir;
  auto missing = UnixClient::connect(dir / "none.sock");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == ErrorCode::daemon_unreachable);
  CHECK(missing.error().message == "There is no socket at " + (dir / "none.sock") + ".");

  ::close(listen_at(dir / "dead.sock"));
  auto dead = UnixClient::connect(dir / "dead.sock");
  REQUIRE_FALSE(dead);
  CHECK(dead.error().code == ErrorCode::daemon_unreachable);
  CHECK(dead.error().message == "Nobody listens at " + (dir / "dead.sock") + ".");

  auto long_path = UnixClient::connect("/" + std::string(200, 'x'));
  REQUIRE_FALSE(long_path);
  CHECK(long_path.error().code == ErrorCode::config_invalid);
  REQUIRE_FALSE(UnixClient::connect(""));
}

TEST_CASE("a socket one may not open names the group to join") {
  const wasphere::test::TempDir dir;
  const int listener = listen_at(dir / "shut.sock");
  REQUIRE(::chmod((dir / "shut.sock").c_str(), 0) == 0);
  const bool is_root = ::geteuid() == 0;
  REQUIRE(::chmod(dir.path().c_str(), 0711) == 0);
  if (is_root) REQUIRE(::seteuid(65534) == 0);
  auto refused = UnixClient::connect(dir / "shut.sock");
  if (is_root) REQUIRE(::seteuid(0) == 0);
  ::close(listener);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::unauthorized);
  CHECK(refused.error().message == "You may not open the socket " + (dir / "shut.sock") + ".");
  CHECK(refused.error().remedy.find("usermod -aG ") != std::string::npos);
}
