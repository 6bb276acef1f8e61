#include "daemon/net/resolver.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <set>

#include "tests/support/run_until.h"

namespace wasphere::net {
namespace {

using test::run_until;
using Answer = Result<std::vector<std::string>>;

TEST_CASE("numeric addresses come back as they are, but not from inside") {
  boost::asio::io_context io;
  Resolver resolver(io);
  std::vector<std::string> answers;
  const auto note = [&](const Answer& found) { answers.push_back(found.value().at(0)); };
  const auto four = resolver.resolve("192.0.2.7", note);
  const auto six = resolver.resolve("2001:db8::1", note);
  CHECK(answers.empty());
  io.run();
  CHECK(answers == std::vector<std::string>{"192.0.2.7", "2001:db8::1"});
}

TEST_CASE("localhost resolves to distinct addresses, for all who ask at once") {
  boost::asio::io_context io;
  Resolver resolver(io);
  int answered = 0;
  std::vector<std::string> addresses;
  const auto note = [&](Answer found) {
    ++answered;
    REQUIRE(found);
    addresses = std::move(*found);
  };
  const auto first = resolver.resolve("localhost", note);
  const auto second = resolver.resolve("localhost", note);
  auto dropped = resolver.resolve("localhost", note);
  dropped.reset();
  REQUIRE(run_until(io, [&] { return answered == 2; }));
  io.poll();
  CHECK(answered == 2);
  CHECK(std::find(addresses.begin(), addresses.end(), "127.0.0.1") != addresses.end());
  CHECK(std::set<std::string>(addresses.begin(), addresses.end()).size() == addresses.size());
}

TEST_CASE("an unknown name is an error that names it") {
  boost::asio::io_context io;
  Resolver resolver(io);
  std::optional<Answer> answer;
  const auto ticket =
      resolver.resolve("no-such-host.invalid", [&](Answer found) { answer = std::move(found); });
  REQUIRE(run_until(io, [&] { return answer.has_value(); }, std::chrono::seconds(30)));
  REQUIRE_FALSE(*answer);
  CHECK(answer->error().code == ErrorCode::network_unreachable);
  CHECK(answer->error().message.find("cannot resolve no-such-host.invalid: ") == 0);
}

TEST_CASE("a callback may end the resolver, and nobody is called afterwards") {
  boost::asio::io_context io;
  auto resolver = std::make_unique<Resolver>(io);
  int answered = 0;
  const auto end = [&](const Answer&) {
    ++answered;
    resolver.reset();
  };
  const auto ticket = resolver->resolve("localhost", end);
  const auto other = resolver->resolve("otherhost.invalid", [&](const Answer&) { ++answered; });
  REQUIRE(run_until(io, [&] { return answered == 1; }));
  io.restart();
  io.run();
  CHECK(answered == 1);
}

}  // namespace
}  // namespace wasphere::net
