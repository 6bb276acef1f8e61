#include "daemon/http/router.h"

#include <array>
#include <catch2/catch.hpp>

#include "ipc/commands.h"
#include "ipc/http_routes.h"

namespace wasphere::http {
namespace {

struct Nothing {
  static constexpr auto fields = std::tuple{};
};
struct Thing {
  std::string thing;
  std::string sessionId;
  static constexpr auto fields =
      std::tuple{ipc::field("thing", &Thing::thing, "A thing."),
                 ipc::field("sessionId", &Thing::sessionId, "A session.")};
};

template <class Params>
constexpr ipc::CommandType command(std::string_view method, ipc::Route route,
                                   bool local_only = false) {
  ipc::CommandInfo info{.method = method, .route = route, .summary = "X.", .returns = "X."};
  info.local_only = local_only;
  return {info, ipc::object_type<Params>(), ipc::object_type<Nothing>()};
}

constexpr std::array kCommands{
    command<Thing>("thing.get", ipc::get("/api/messages/{thing}")),
    command<Thing>("thing.delete", ipc::del("/api/messages/{thing}")),
    command<Nothing>("queue.list", ipc::get("/api/messages/queue")),
    command<Thing>("thing.send", ipc::post("/api/messages/text", 201)),
    command<Nothing>("secret", ipc::get("/api/secret"), true),
};

std::string method_of(const Router& router, std::string_view verb,
                      const std::vector<std::string>& path) {
  const auto match = router.match(verb, path);
  return match ? std::string(match->command->info.method)
               : std::string(error_info(match.error().code).name);
}

}  // namespace

TEST_CASE("a route is found by method and path, with its parameters", "[router]") {
  const Router router(kCommands);
  const auto match = router.match("DELETE", {"api", "messages", "3EB0"});
  REQUIRE(match);
  CHECK(match->command->info.method == "thing.delete");
  REQUIRE(match->parameters.size() == 1);
  CHECK(match->parameters[0] == std::pair<std::string, std::string>("thing", "3EB0"));
  CHECK(method_of(router, "HEAD", {"api", "messages", "3EB0"}) == "thing.get");
}

TEST_CASE("a literal segment wins over a parameter, whatever the method", "[router]") {
  const Router router(kCommands);
  CHECK(method_of(router, "GET", {"api", "messages", "queue"}) == "queue.list");
  CHECK(method_of(router, "DELETE", {"api", "messages", "queue"}) == "METHOD_NOT_ALLOWED");
  CHECK(method_of(router, "GET", {"api", "messages", "text"}) == "METHOD_NOT_ALLOWED");
  CHECK(router.allowed({"api", "messages", "queue"}) == "GET, HEAD");
  CHECK(router.allowed({"api", "messages", "x"}) == "GET, HEAD, DELETE");
  CHECK(router.allowed({"api", "nowhere"}).empty());
}

TEST_CASE("a send can name its session in the path", "[router]") {
  const Router router(kCommands);
  const auto match = router.match("POST", {"api", "sessions", "support", "messages", "text"});
  REQUIRE(match);
  CHECK(match->command->info.method == "thing.send");
  CHECK(match->parameters[0] == std::pair<std::string, std::string>("sessionId", "support"));
}

TEST_CASE("the version may be told, and other paths are unknown", "[router]") {
  const Router router(kCommands);
  CHECK(method_of(router, "GET", {"api", "v1", "messages", "queue"}) == "queue.list");
  CHECK(method_of(router, "GET", {"api", "v2", "messages", "queue"}) == "NOT_FOUND");
  CHECK(method_of(router, "GET", {}) == "NOT_FOUND");
  CHECK(method_of(router, "GET", {"api", "messages"}) == "NOT_FOUND");
  CHECK(method_of(router, "GET", {"api", "messages", "a", "b"}) == "NOT_FOUND");
  CHECK(method_of(router, "PURGE", {"api", "messages", "a"}) == "METHOD_NOT_ALLOWED");
}

TEST_CASE("what belongs to the socket has no route", "[router]") {
  const Router router(kCommands);
  CHECK(method_of(router, "GET", {"api", "secret"}) == "NOT_FOUND");
}

TEST_CASE("every operation with a route is reached by it", "[router]") {
  const Router router(ipc::daemon_commands());
  for (const ipc::CommandType& each : ipc::daemon_commands()) {
    if (!ipc::has_route(each)) continue;
    CAPTURE(each.info.method);
    std::vector<std::string> path;
    std::string_view rest = each.info.route.path.substr(1);
    while (!rest.empty()) {
      const auto end = std::min(rest.find('/'), rest.size());
      const auto segment = rest.substr(0, end);
      path.emplace_back(segment.starts_with('{') ? "value" : segment);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    const auto match = router.match(ipc::verb_name(each.info.route.verb), path);
    REQUIRE(match);
    CHECK(match->command == &each);
  }
}

}  // namespace wasphere::http
