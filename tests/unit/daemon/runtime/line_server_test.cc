#include "daemon/runtime/line_server.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <memory>
#include <set>
#include <vector>

#include "tests/support/run_until.h"
#include "tests/support/temp_dir.h"
#include "tests/support/unix_client.h"

namespace wasphere::runtime {
namespace {

namespace asio = boost::asio;
using test::run_until;
using test::TempDir;
using test::UnixClient;
using Lines = std::vector<std::string>;
using Connection = std::shared_ptr<LineConnection>;

// A server that answers every line with "re:" and the line, and notes what happens.
struct Fixture {
  asio::io_context io;
  TempDir dir;
  LineServerOptions options;
  LineHandlers handlers;
  std::unique_ptr<LineServer> server;
  Lines lines;
  int closed = 0;

  Fixture() {
    options.path = dir / "s.sock";
    handlers.on_line = [this](const Connection& connection, std::string line) {
      connection->send("re:" + line);
      lines.push_back(std::move(line));
    };
    handlers.on_closed = [this](const LineConnection&) { ++closed; };
  }

  void start() {
    auto made = serve_lines(io, options, handlers);
    REQUIRE(made);
    server = std::move(*made);
  }
  bool wait_for(const std::function<bool()>& done) { return run_until(io, done); }
  void settle() {
    io.restart();
    io.poll();
  }
};

TEST_CASE("lines arrive whole, whatever the pieces, and answers go back") {
  Fixture f;
  f.start();
  UnixClient client(f.options.path);
  client.send("one\ntw");
  REQUIRE(f.wait_for([&] { return f.lines.size() == 1; }));
  f.settle();
  CHECK(f.lines == Lines{"one"});
  client.send("o\n\nfour\nfive\n");
  REQUIRE(f.wait_for([&] { return f.lines.size() == 5; }));
  CHECK(f.lines == Lines{"one", "two", "", "four", "five"});
  REQUIRE(
      f.wait_for([&] { return client.received() == "re:one\nre:two\nre:\nre:four\nre:five\n"; }));
}

TEST_CASE("the peer is who connected, with all groups") {
  Fixture f;
  Peer seen;
  f.handlers.admit = [&](const Peer& peer) {
    seen = peer;
    return true;
  };
  f.start();
  UnixClient client(f.options.path);
  client.send("x\n");
  REQUIRE(f.wait_for([&] { return f.lines.size() == 1; }));
  CHECK(seen.uid == geteuid());
  CHECK(seen.gid == getegid());
  CHECK(seen.pid == getpid());
  std::vector<gid_t> mine(static_cast<std::size_t>(getgroups(0, nullptr)));
  REQUIRE(getgroups(static_cast<int>(mine.size()), mine.data()) == static_cast<int>(mine.size()));
  CHECK(std::set<gid_t>(seen.groups.begin(), seen.groups.end()) ==
        std::set<gid_t>(mine.begin(), mine.end()));
}

TEST_CASE("peer_of says when it cannot tell") {
  CHECK(peer_of(-1).error().code == ErrorCode::io_error);
}

TEST_CASE("who is not admitted is closed at once, without on_closed") {
  Fixture f;
  f.handlers.admit = [](const Peer&) { return false; };
  f.start();
  UnixClient client(f.options.path);
  client.send("x\n");
  REQUIRE(f.wait_for([&] { return client.ended(); }));
  CHECK(f.lines.empty());
  CHECK(f.closed == 0);
}

TEST_CASE("one connection more than allowed is closed, and a freed place can be had") {
  Fixture f;
  f.options.max_connections = 2;
  f.start();
  UnixClient first(f.options.path);
  UnixClient second(f.options.path);
  UnixClient third(f.options.path);
  REQUIRE(f.wait_for([&] { return third.ended(); }));
  first.close();
  REQUIRE(f.wait_for([&] { return f.closed == 1; }));
  UnixClient fourth(f.options.path);
  fourth.send("here\n");
  CHECK(f.wait_for([&] { return fourth.received() == "re:here\n"; }));
  CHECK_FALSE(second.ended());
}

TEST_CASE("a line at the limit passes, one byte more is refused and the connection closed") {
  Fixture f;
  f.options.max_line = 10;
  int oversized = 0;
  f.handlers.on_oversized = [&](const Connection& connection) {
    ++oversized;
    connection->send("too long");
  };
  f.start();
  UnixClient client(f.options.path);
  SECTION("the line came whole") {
    client.send("0123456789\n0123456789A\nafter\n");
  }
  SECTION("its end comes later") {
    client.send("0123456789\n0123456789A");
    REQUIRE(f.wait_for([&] { return oversized == 1; }));
    f.settle();
    CHECK_FALSE(client.ended());
    client.send("BCD\nafter\n");
  }
  SECTION("its end never comes") {
    client.send("0123456789\n0123456789A");
    client.half_close();
  }
  SECTION("it goes on and on") {
    client.send("0123456789\n0123456789A");
    REQUIRE(f.wait_for([&] { return oversized == 1; }));
    client.send(std::string(41, 'x'));
  }
  REQUIRE(f.wait_for([&] { return f.closed == 1; }));
  CHECK(client.ended());
  CHECK(client.received() == "re:0123456789\ntoo long\n");
  CHECK(oversized == 1);
  CHECK(f.lines == Lines{"0123456789"});
}

TEST_CASE("a client that stopped sending still gets the answers under way") {
  Fixture f;
  std::vector<Connection> held;
  f.handlers.on_line = [&](const Connection& connection, const std::string&) {
    held.push_back(connection);
  };
  f.start();
  UnixClient client(f.options.path);
  client.send("a\nlast without newline");
  client.half_close();
  REQUIRE(f.wait_for([&] { return held.size() == 2; }));
  CHECK(held[0] == held[1]);
  f.settle();
  CHECK_FALSE(client.ended());
  held[0]->send("answer");
  held.clear();
  REQUIRE(f.wait_for([&] { return client.ended(); }));
  CHECK(client.received() == "answer\n");
  CHECK(f.closed == 1);
}

TEST_CASE("a client that left is reported though its answer is still held") {
  Fixture f;
  Connection held;
  f.handlers.on_line = [&](Connection connection, const std::string&) {
    held = std::move(connection);
  };
  f.start();
  UnixClient client(f.options.path);
  client.send("x\n");
  SECTION("all at once") {
    client.close();
  }
  SECTION("in two steps") {
    client.half_close();
    REQUIRE(f.wait_for([&] { return held != nullptr; }));
    f.settle();
    CHECK(f.closed == 0);
    client.close();
  }
  REQUIRE(f.wait_for([&] { return f.closed == 1; }));
  REQUIRE(held != nullptr);
  held->send("nobody hears this");
  held->close();
  CHECK(held->unsent_bytes() == 0);
  f.settle();
  CHECK(f.closed == 1);
}

TEST_CASE("a slow reader: bytes are counted, drained is told, and its further lines wait") {
  Fixture f;
  f.options.max_unsent = 1000;
  Connection connection;
  int drained = 0;
  const std::string big(3 << 20, 'b');
  f.handlers.on_line = [&](Connection from, std::string line) {
    connection = std::move(from);
    connection->on_drained = [&] { ++drained; };
    if (line == "big") connection->send(big);
    f.lines.push_back(std::move(line));
  };
  f.start();
  UnixClient client(f.options.path);
  client.send("big\nsecond\n");
  REQUIRE(f.wait_for([&] { return f.lines.size() == 1; }));
  f.settle();
  CHECK(connection->unsent_bytes() > f.options.max_unsent);
  CHECK(connection->unsent_bytes() < big.size() + 1);
  CHECK(drained == 0);
  CHECK(f.lines == Lines{"big"});
  REQUIRE(f.wait_for([&] { return client.received().size() == big.size() + 1; }));
  REQUIRE(f.wait_for([&] { return drained == 1 && f.lines.size() == 2; }));
  CHECK(connection->unsent_bytes() == 0);
  CHECK(f.lines == Lines{"big", "second"});
}

TEST_CASE("close writes what is queued first") {
  Fixture f;
  const std::string big(1 << 20, 'b');
  f.handlers.on_line = [&](const Connection& connection, const std::string&) {
    connection->send(big);
    connection->close();
    connection->send("too late");
    CHECK(f.closed == 0);
  };
  f.start();
  UnixClient client(f.options.path);
  client.send("x\ny\n");
  REQUIRE(f.wait_for([&] { return client.ended(); }));
  CHECK(client.received() == big + "\n");
  CHECK(f.closed == 1);
}

TEST_CASE("a client that dies with unread answers is dropped") {
  Fixture f;
  Connection connection;
  f.handlers.on_line = [&](Connection from, const std::string&) {
    connection = std::move(from);
    connection->send(std::string(4 << 20, 'b'));
  };
  f.start();
  UnixClient client(f.options.path);
  client.send("x\n");
  REQUIRE(f.wait_for([&] { return connection != nullptr; }));
  f.settle();
  client.close();
  CHECK(f.wait_for([&] { return f.closed == 1; }));
}

TEST_CASE("the server may be destroyed by its own handler") {
  Fixture f;
  Connection held;
  f.handlers.on_line = [&](Connection connection, const std::string& line) {
    connection->send("bye " + line);
    held = std::move(connection);
    f.server.reset();
  };
  f.start();
  UnixClient client(f.options.path);
  client.send("a\nb\n");
  REQUIRE(f.wait_for([&] { return client.ended(); }));
  CHECK(client.received() == "bye a\n");
  CHECK(f.closed == 0);
  held->send("into the void");
  f.settle();
  CHECK_FALSE(std::filesystem::exists(f.options.path));
}

TEST_CASE("stop_accepting keeps the clients and removes the file") {
  Fixture f;
  f.start();
  UnixClient client(f.options.path);
  client.send("a\n");
  REQUIRE(f.wait_for([&] { return client.received() == "re:a\n"; }));
  f.server->stop_accepting();
  CHECK_FALSE(std::filesystem::exists(f.options.path));
  client.send("b\n");
  CHECK(f.wait_for([&] { return client.received() == "re:a\nre:b\n"; }));
}

TEST_CASE("mode of the socket file, and it goes away with the server") {
  Fixture f;
  f.options.mode = 0640;
  f.options.group = getegid();
  f.start();
  struct stat made{};
  REQUIRE(::lstat(f.options.path.c_str(), &made) == 0);
  CHECK((made.st_mode & 07777) == 0640);
  CHECK(made.st_gid == getegid());
  f.server.reset();
  CHECK_FALSE(std::filesystem::exists(f.options.path));
}

TEST_CASE("a stale socket file is replaced, a live one is not touched") {
  Fixture f;
  f.start();
  const auto second = serve_lines(f.io, f.options, f.handlers);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == ErrorCode::state_locked);
  CHECK(second.error().message.find(f.options.path) != std::string::npos);
  std::filesystem::create_hard_link(f.options.path, f.dir / "kept");
  f.server.reset();
  std::filesystem::rename(f.dir / "kept", f.options.path);  // as after a kill -9
  f.start();
  UnixClient client(f.options.path);
  client.send("x\n");
  CHECK(f.wait_for([&] { return f.lines.size() == 1; }));
}

TEST_CASE("the end of a server leaves a successor's socket alone") {
  Fixture f;
  f.start();
  std::filesystem::remove(f.options.path);
  auto successor = serve_lines(f.io, f.options, f.handlers);
  REQUIRE(successor);
  f.server.reset();
  CHECK(std::filesystem::exists(f.options.path));
}

TEST_CASE("bad paths are refused with the path in the message") {
  Fixture f;
  const auto refused = [&](const std::string& path, const std::string& why) {
    f.options.path = path;
    const auto made = serve_lines(f.io, f.options, f.handlers);
    REQUIRE_FALSE(made);
    CHECK(made.error().code == ErrorCode::io_error);
    INFO(made.error().message);
    CHECK(made.error().message.find(why) != std::string::npos);
  };
  refused("", "empty");
  refused("/tmp/" + std::string(103, 'x'), "108 bytes long, the system allows 107");
  refused(std::string("/tmp/a\0b", 8), "zero byte");
  refused(f.dir / "missing/s.sock", "missing/s.sock: No such file or directory");
  const auto file = f.dir.write("file", "precious");
  refused(file, "is not a socket");
  CHECK(test::read_whole(file) == "precious");
}

TEST_CASE("a path of exactly the longest length works") {
  Fixture f;
  f.options.path = f.dir / std::string(106 - f.dir.path().size(), 'p');
  REQUIRE(f.options.path.size() == 107);
  f.start();
  CHECK(std::filesystem::exists(f.options.path));
}

TEST_CASE("an inherited descriptor that is no listening Unix socket is refused") {
  Fixture f;
  const int idle = ::socket(AF_UNIX, SOCK_STREAM, 0);
  for (const int fd : {idle, STDIN_FILENO}) {
    f.options.inherited_fd = fd;
    const auto made = serve_lines(f.io, f.options, f.handlers);
    REQUIRE_FALSE(made);
    CHECK(made.error().code == ErrorCode::io_error);
  }
  ::close(idle);
}

TEST_CASE("an inherited socket from the service manager is served, its file is not ours") {
  Fixture f;
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  f.options.path.copy(address.sun_path, sizeof address.sun_path - 1);
  REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::listen(fd, 5) == 0);
  f.options.inherited_fd = fd;
  f.start();
  UnixClient client(f.options.path);
  client.send("x\n");
  CHECK(f.wait_for([&] { return client.received() == "re:x\n"; }));
  f.server.reset();
  CHECK(std::filesystem::exists(f.options.path));
}

}  // namespace
}  // namespace wasphere::runtime
