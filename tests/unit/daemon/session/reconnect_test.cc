#include <catch2/catch.hpp>

#include "tests/unit/daemon/session/world.h"

namespace wasphere::test {
namespace {

struct Online : World {
  Online() {
    if (!start()) throw std::runtime_error("start");
    link();
  }
  void end_with(const wire::Node& node) {
    end().send(node);
    settle();
  }
  void refuse() {
    settle();
    transports.last()->fail(ErrorCode::network_unreachable, "connection refused");
    settle();
  }
  void drop() {
    end().drop();
    settle();
  }
};

TEST_CASE("attempts come after exactly 5, 10, 20, 40 and 80 s, then every 15 min",
          "[session][ladder]") {
  Online world;
  const std::int64_t before = world.last_event();
  world.drop();
  world.shakes_hands = false;
  for (const int seconds : {5, 10, 20, 40, 80}) {
    CHECK(world.state() == "reconnecting/backoff");
    CHECK(world.session().next_attempt_at == runtime::unix_millis(world.clock) + seconds * 1000);
    const std::size_t dials = world.dials();
    world.advance(Duration{seconds * 1000 - 1});
    CHECK(world.dials() == dials);
    world.advance(Duration{1});
    CHECK(world.dials() == dials + 1);
    CHECK(world.state() == "reconnecting/dialing");
    world.refuse();
  }
  CHECK(world.state() == "disconnected/retries_exhausted");
  CHECK(world.session().row.reconnect_attempt == 5);
  const auto told = world.events(before);
  CHECK(told.front() == "session.reconnecting 1/5 in 5000 connection_lost");
  CHECK(told.at(2) == "session.reconnecting 2/5 in 10000 network_unreachable");
  CHECK(told.back() == "session.disconnected retries_exhausted network_unreachable 5");
  for (int round = 0; round < 3; ++round) {
    CHECK(world.session().next_attempt_at == runtime::unix_millis(world.clock) + 900'000);
    const std::size_t dials = world.dials();
    world.advance(Duration{899'999});
    CHECK(world.dials() == dials);
    world.advance(Duration{1});
    CHECK(world.dials() == dials + 1);
    world.refuse();
    CHECK(world.state() == "disconnected/retries_exhausted");
  }
  CHECK(world.events(before).size() == told.size());
  world.shakes_hands = true;
  world.advance(Duration{900'000});
  CHECK(world.state() == "connected/online");
}

TEST_CASE("with after_exhaustion=stop the fifth failure is the end", "[session][ladder]") {
  Online world;
  world.options.reconnect.slow_after_exhaustion = false;
  world.restart();
  world.settle();
  REQUIRE(world.state() == "connected/online");
  world.drop();
  world.shakes_hands = false;
  for (const int seconds : {5, 10, 20, 40, 80}) {
    world.advance(Duration{seconds * 1000});
    world.refuse();
  }
  CHECK(world.state() == "disconnected/retries_exhausted");
  CHECK_FALSE(world.session().next_attempt_at);
  const std::size_t dials = world.dials();
  world.advance(Duration{7'200'000});
  CHECK(world.dials() == dials);
}

TEST_CASE("30 s without login is a failed attempt", "[session][ladder]") {
  Online world;
  world.accepts_logins = false;
  world.drop();
  world.advance(Duration{5'000});
  world.advance(Duration{29'999});
  CHECK(world.state() == "reconnecting/dialing");
  world.advance(Duration{1});
  CHECK(world.state() == "reconnecting/backoff");
  CHECK(world.session().row.status_reason == "timed_out");
  CHECK(world.session().row.reconnect_attempt == 2);
}

TEST_CASE("the counter is forgotten after 60 s of being connected", "[session][ladder]") {
  Online world;
  world.drop();
  world.advance(Duration{5'000});
  REQUIRE(world.state() == "connected/online");
  CHECK(world.session().row.reconnect_attempt == 1);
  SECTION("not earlier") {
    world.advance(Duration{59'999});
    CHECK(world.session().row.reconnect_attempt == 1);
    world.drop();
    CHECK(world.session().row.reconnect_attempt == 2);
    CHECK(world.session().next_attempt_at == runtime::unix_millis(world.clock) + 10'000);
  }
  SECTION("then it is, also in the store") {
    world.advance(Duration{60'000});
    CHECK(world.session().row.reconnect_attempt == 0);
    CHECK(world.stored_row().reconnect_attempt == 0);
    world.drop();
    CHECK(world.session().next_attempt_at == runtime::unix_millis(world.clock) + 5'000);
  }
}

TEST_CASE("a flapping link exhausts its attempts", "[session][ladder]") {
  Online world;
  for (const int seconds : {5, 10, 20, 40, 80}) {
    world.drop();
    world.advance(Duration{seconds * 1000});
    REQUIRE(world.state() == "connected/online");
    world.advance(Duration{10'000});
  }
  world.drop();
  CHECK(world.state() == "disconnected/retries_exhausted");
}

TEST_CASE("a restart of the process keeps attempt and moment", "[session][ladder][restart]") {
  Online world;
  world.drop();
  world.shakes_hands = false;
  world.advance(Duration{5'000});
  world.refuse();
  REQUIRE(world.session().row.reconnect_attempt == 2);
  const auto due = world.session().next_attempt_at.value();
  world.advance(Duration{4'000});
  world.restart();
  CHECK(world.state() == "reconnecting/backoff");
  CHECK(world.session().row.reconnect_attempt == 2);
  CHECK(world.session().next_attempt_at == due);
  const std::size_t dials = world.dials();
  world.advance(Duration{5'999});
  CHECK(world.dials() == dials);
  world.shakes_hands = true;
  world.advance(Duration{1});
  CHECK(world.dials() == dials + 1);
  CHECK(world.state() == "connected/online");
}

TEST_CASE("515 while online dials at once, without a step of the ladder", "[session][ends]") {
  Online world;
  world.end_with(World::stream_error("515"));
  CHECK(world.state() == "connected/online");
  CHECK(world.dials() == 3);
  CHECK(world.session().row.reconnect_attempt == 0);
}

TEST_CASE("replaced: no attempt to take the account back", "[session][ends]") {
  Online world;
  wire::Node node{
      "stream:error", {}, wire::Nodes{{"conflict", {{"type", std::string("replaced")}}, {}}}};
  world.end_with(node);
  CHECK(world.state() == "disconnected/replaced");
  CHECK(world.events().back() == "session.disconnected replaced replaced 0");
  CHECK(world.stored_device()->linked());
  world.advance(Duration{7'200'000});
  CHECK(world.dials() == 2);
  world.restart();
  world.advance(Duration{10'000});
  CHECK(world.state() == "disconnected/replaced");
  REQUIRE(world.run(world.manager->reconnect("support")));
  world.settle();
  CHECK(world.state() == "connected/online");
}

TEST_CASE("unlinked on the phone: credentials are wiped", "[session][ends]") {
  Online world;
  const std::int64_t before = world.last_event();
  wire::Node node{"stream:error",
                  {{"code", std::string("401")}},
                  wire::Nodes{{"conflict", {{"type", std::string("device_removed")}}, {}}}};
  world.end_with(node);
  CHECK(world.state() == "disconnected/logged_out");
  CHECK_FALSE(world.stored_row().linked);
  CHECK_FALSE(world.stored_device());
  CHECK(world.events(before) ==
        std::vector<std::string>{"session.logged_out device_removed",
                                 "session.disconnected logged_out device_removed 0"});
  CHECK(world.run(world.manager->reconnect("support")).error().code == ErrorCode::no_credentials);
  const auto again = world.run(world.manager->refresh_qr("support", false));
  REQUIRE(again);
  CHECK(again->qr);
}

TEST_CASE("a temporary ban is waited out, then tried once", "[session][ends][ban]") {
  Online world;
  wire::Node ban = World::failure("402");
  ban.set("code", "101");
  ban.set("expire", "600");
  world.login_answer = ban;
  world.drop();
  world.advance(Duration{5'000});
  CHECK(world.state() == "banned/temporary");
  CHECK(world.events().back() == "session.banned banned/temporary");
  const auto row = world.stored_row();
  REQUIRE(row.ban);
  CHECK(row.ban->code == 101);
  CHECK(row.ban->expires_at == runtime::unix_millis(world.clock) + 600'000);
  CHECK(row.linked);
  CHECK(world.run(world.manager->reconnect("support")).error().code == ErrorCode::session_banned);
  const std::size_t dials = world.dials();
  SECTION("the wait survives a restart of the process") {
    world.restart();
  }
  SECTION("or goes on") {}
  world.advance(Duration{599'999});
  CHECK(world.dials() == dials);
  world.login_answer.reset();
  world.advance(Duration{1});
  CHECK(world.dials() == dials + 1);
  CHECK(world.state() == "connected/online");
  CHECK_FALSE(world.session().row.ban);
}

TEST_CASE("other bans stay, with the credentials kept", "[session][ends][ban]") {
  for (const auto& [reason, detail] :
       std::vector<std::pair<std::string, std::string>>{{"403", "locked"}, {"406", "permanent"}}) {
    Online world;
    world.login_answer = World::failure(reason);
    world.drop();
    world.advance(Duration{5'000});
    CHECK(world.state() == "banned/" + detail);
    CHECK(world.stored_device()->linked());
    world.advance(Duration{3'600'000});
    CHECK(world.state() == "banned/" + detail);
    CHECK(world.dials() == 3);
    CHECK(world.run(world.manager->reconnect("support")).error().code == ErrorCode::session_banned);
    CHECK(world.run(world.manager->refresh_qr("support", false)).error().code ==
          ErrorCode::has_credentials);
    const auto forced = world.run(world.manager->refresh_qr("support", true));
    REQUIRE(forced);
    CHECK(forced->qr);
    CHECK_FALSE(forced->row.ban);
  }
}

TEST_CASE("an outdated client stops and says so; a new process tries again", "[session][ends]") {
  Online world;
  const std::int64_t before = world.last_event();
  world.login_answer = World::failure("405");
  world.drop();
  world.advance(Duration{5'000});
  CHECK(world.state() == "disconnected/client_outdated");
  CHECK(world.events(before).back() == "session.disconnected client_outdated client_outdated 1");
  CHECK(world.events(before).at(2) == "session.failed client_outdated");
  world.advance(Duration{3'600'000});
  CHECK(world.dials() == 3);
  world.login_answer.reset();
  world.restart();
  world.settle();
  CHECK(world.state() == "connected/online");
}

TEST_CASE("a dead link is noticed and redialed", "[session][ends]") {
  Online world;
  world.answers_iqs = false;
  world.advance(Duration{30'000});
  world.advance(Duration{20'000});
  CHECK(world.session().row.status_reason == "keepalive_timeout");
  CHECK(world.session().row.reconnect_attempt == 1);
}

TEST_CASE("garbage on a linked connection is a drop, not a crash", "[session][ends]") {
  Online world;
  world.end().wire().deliver(Bytes{0, 0, 3, 1, 2, 3});
  world.settle();
  CHECK(world.state() == "reconnecting/backoff");
  CHECK(world.session().row.status_reason == "protocol_error");
}

}  // namespace
}  // namespace wasphere::test
