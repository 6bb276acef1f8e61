#include <catch2/catch.hpp>

#include "tests/unit/daemon/session/world.h"

namespace wasphere::test {
namespace {

struct Online : World {
  Online() {
    if (!start()) throw std::runtime_error("start");
    link();
  }
  // The request to unlink, and an answer to it.
  bool confirm_unlink() {
    std::optional<wire::Node> iq;
    until([&] { return (iq = end().take_iq("md", "remove-companion-device")).has_value(); });
    if (!iq) return false;
    unlinked_jid = iq->child("remove-companion-device")->attr_or("jid", "");
    end().send(stanza::iq_result(*iq));
    return true;
  }
  std::string unlinked_jid;
};

template <class T>
ErrorCode code_of(const Result<T>& result) {
  REQUIRE_FALSE(result);
  return result.error().code;
}

TEST_CASE("a session is found by id and by exact name", "[session][operations]") {
  World world;
  REQUIRE(world.start());
  const SessionSnapshot made = world.create("support");
  CHECK(world.manager->find(made.row.id)->row.name == "support");
  CHECK(world.manager->find("support")->row.id == made.row.id);
  CHECK(code_of(world.manager->find("Support")) == ErrorCode::session_not_found);
  world.create("sales");
  REQUIRE(world.manager->list().size() == 2);
  CHECK(world.manager->list()[0].row.name == "support");
  CHECK(world.manager->list()[1].row.name == "sales");
}

TEST_CASE("operations on nobody say so", "[session][operations]") {
  World world;
  REQUIRE(world.start());
  auto& manager = *world.manager;
  CHECK(code_of(world.run(manager.update("nobody", {}))) == ErrorCode::session_not_found);
  CHECK(code_of(world.run(manager.refresh_qr("nobody", false))) == ErrorCode::session_not_found);
  CHECK(code_of(world.run(manager.reconnect("nobody"))) == ErrorCode::session_not_found);
  CHECK(code_of(world.run(manager.disconnect("nobody"))) == ErrorCode::session_not_found);
  CHECK(code_of(world.run(manager.logout("nobody"))) == ErrorCode::session_not_found);
  CHECK(code_of(world.run(manager.remove("nobody", true))) == ErrorCode::session_not_found);
}

TEST_CASE("names are unique whatever their case", "[session][operations]") {
  World world;
  REQUIRE(world.start());
  world.create("support");
  world.create("sales");
  CHECK(code_of(world.run(world.manager->create({"SUPPORT", {}, {}}))) ==
        ErrorCode::session_exists);
  session::SessionPatch patch;
  patch.name = "Support";
  CHECK(code_of(world.run(world.manager->update("sales", patch))) == ErrorCode::session_exists);
  CHECK(world.manager->list().size() == 2);
}

TEST_CASE("bad input creates nothing", "[session][operations]") {
  World world;
  REQUIRE(world.start());
  CHECK(code_of(world.run(world.manager->create({"a/b", {}, {}}))) == ErrorCode::validation_failed);
  CHECK(world.manager->list().empty());
  CHECK(world.dials() == 0);
}

TEST_CASE("the row is committed before anything is dialed", "[session][operations][store]") {
  World world;
  REQUIRE(world.start());
  world.store.faults().fail_commit(1);
  CHECK(code_of(world.run(world.manager->create({"support", {}, {}}))) ==
        ErrorCode::storage_unavailable);
  CHECK(world.manager->list().empty());
  CHECK(world.dials() == 0);
}

TEST_CASE("sessions.max is a limit", "[session][operations]") {
  World world;
  world.options.max_sessions = 1;
  REQUIRE(world.start());
  world.create("support");
  const auto refused = world.run(world.manager->create({"sales", {}, {}}));
  CHECK(code_of(refused) == ErrorCode::queue_full);
  CHECK(refused.error().message.find("sessions.max") != std::string::npos);
}

TEST_CASE("update changes what it names, and tells once", "[session][operations]") {
  Online world;
  const std::int64_t before = world.last_event();
  session::SessionPatch patch;
  patch.description = "Customer support line";
  patch.rate_limit_per_min = 5;
  const auto updated = world.run(world.manager->update("support", patch));
  REQUIRE(updated);
  CHECK(updated->row.description == "Customer support line");
  CHECK(updated->row.settings.rate_limit_per_min == 5);
  CHECK(world.stored_row().settings.rate_limit_per_min == 5);
  CHECK(world.state() == "connected/online");
  CHECK(world.events(before) ==
        std::vector<std::string>{"session.config_updated connected/online"});
  REQUIRE(world.run(world.manager->update("support", patch)));
  CHECK(world.events(before).size() == 1);
  patch.rate_limit_per_min = 5000;
  CHECK(code_of(world.run(world.manager->update("support", patch))) ==
        ErrorCode::validation_failed);
}

TEST_CASE("a connected session needs no QR and no reconnect", "[session][operations]") {
  Online world;
  CHECK(code_of(world.run(world.manager->refresh_qr("support", false))) ==
        ErrorCode::already_connected);
  const std::int64_t before = world.last_event();
  REQUIRE(world.run(world.manager->reconnect("support")));
  CHECK(world.last_event() == before);
  CHECK(world.dials() == 2);
}

TEST_CASE("disconnect stays down across restarts, reconnect brings it up",
          "[session][operations]") {
  Online world;
  const auto down = world.run(world.manager->disconnect("support"));
  REQUIRE(down);
  CHECK(down->row.status_detail == "user");
  CHECK(world.end().client_closed());
  CHECK(world.events().back() == "session.disconnected user user 0");
  CHECK(world.stored_device()->linked());
  world.advance(Duration{7'200'000});
  world.restart();
  world.advance(Duration{10'000});
  CHECK(world.state() == "disconnected/user");
  CHECK(world.dials() == 2);
  CHECK(code_of(world.run(world.manager->refresh_qr("support", false))) ==
        ErrorCode::has_credentials);
  const auto up = world.run(world.manager->reconnect("support"));
  REQUIRE(up);
  CHECK(up->row.status == store::Status::connecting);
  world.settle();
  CHECK(world.state() == "connected/online");
  CHECK(world.stored_row().desired_up);
}

TEST_CASE("disconnect cancels a pending attempt", "[session][operations]") {
  Online world;
  world.end().drop();
  world.settle();
  REQUIRE(world.state() == "reconnecting/backoff");
  REQUIRE(world.run(world.manager->disconnect("support")));
  CHECK(world.state() == "disconnected/user");
  CHECK_FALSE(world.session().next_attempt_at);
  world.advance(Duration{3'600'000});
  CHECK(world.dials() == 2);
}

TEST_CASE("disconnect keeps the name of a worse end", "[session][operations]") {
  Online world;
  world.login_answer = World::failure("403");
  world.end().drop();
  world.settle();
  world.advance(Duration{5'000});
  REQUIRE(world.state() == "banned/locked");
  const std::int64_t before = world.last_event();
  REQUIRE(world.run(world.manager->disconnect("support")));
  CHECK(world.state() == "banned/locked");
  CHECK_FALSE(world.stored_row().desired_up);
  CHECK(world.last_event() == before);
}

TEST_CASE("reconnect starts the ladder anew and dials now", "[session][operations]") {
  Online world;
  world.end().drop();
  world.settle();
  const std::size_t dials = world.dials();
  REQUIRE(world.run(world.manager->reconnect("support")));
  world.settle();
  CHECK(world.dials() == dials + 1);
  CHECK(world.state() == "connected/online");
  CHECK(world.session().row.reconnect_attempt == 0);
}

TEST_CASE("logout unlinks on the phone and wipes", "[session][operations]") {
  Online world;
  const std::int64_t before = world.last_event();
  const auto call = world.begin(world.manager->logout("support"));
  REQUIRE(world.confirm_unlink());
  CHECK(world.unlinked_jid == "447700900123:3@s.whatsapp.net");
  REQUIRE(world.until([&] { return call->has_value(); }));
  REQUIRE(**call);
  CHECK(world.state() == "disconnected/logged_out");
  CHECK_FALSE(world.stored_row().linked);
  CHECK_FALSE(world.stored_device());
  CHECK(world.events(before) == std::vector<std::string>{"session.logged_out user",
                                                         "session.disconnected logged_out user 0"});
  CHECK(code_of(world.run(world.manager->logout("support"))) == ErrorCode::no_credentials);
}

TEST_CASE("the server's own end of an unlinked stream is no second event",
          "[session][operations]") {
  Online world;
  const std::int64_t before = world.last_event();
  const auto call = world.begin(world.manager->logout("support"));
  world.settle();
  REQUIRE(world.end().take_iq("md", "remove-companion-device"));
  wire::Node removed{"stream:error",
                     {{"code", std::string("401")}},
                     wire::Nodes{{"conflict", {{"type", std::string("device_removed")}}, {}}}};
  world.end().send(removed);
  REQUIRE(world.until([&] { return call->has_value(); }));
  REQUIRE(**call);
  CHECK(world.events(before).size() == 2);
}

TEST_CASE("delete asks the phone to forget us", "[session][operations]") {
  Online world;
  const std::string id = world.session().row.id;
  const auto call = world.begin(world.manager->remove("support", true));
  REQUIRE(world.confirm_unlink());
  REQUIRE(world.until([&] { return call->has_value(); }));
  REQUIRE(**call);
  CHECK((**call)->id == id);
  CHECK((**call)->unlinked);
  CHECK(world.manager->list().empty());
  CHECK(world.events().back().starts_with("session.deleted"));
  world.restart();
  CHECK(world.manager->list().empty());
}

TEST_CASE("delete does not wait for ever for the phone", "[session][operations]") {
  Online world;
  const auto call = world.begin(world.manager->remove("support", true));
  world.advance(Duration{4'999});
  CHECK_FALSE(*call);
  world.advance(Duration{1});
  REQUIRE(world.until([&] { return call->has_value(); }));
  CHECK_FALSE((**call)->unlinked);
  CHECK(world.manager->list().empty());
}

TEST_CASE("delete without unlink asks nobody", "[session][operations]") {
  Online world;
  const auto removed = world.run(world.manager->remove("support", false));
  REQUIRE(removed);
  CHECK_FALSE(removed->unlinked);
  CHECK_FALSE(world.end().take_iq("md"));
}

TEST_CASE("delete of what was never linked leaves nothing on any phone", "[session][operations]") {
  World world;
  REQUIRE(world.start());
  world.create();
  const auto removed = world.run(world.manager->remove("support", true));
  REQUIRE(removed);
  CHECK(removed->unlinked);
}

TEST_CASE("delete of an offline session dials for it, at most 10 s", "[session][operations]") {
  Online world;
  REQUIRE(world.run(world.manager->disconnect("support")));
  const std::size_t dials = world.dials();
  bool expected = true;
  SECTION("the server answers") {
    const auto call = world.begin(world.manager->remove("support", true));
    REQUIRE(world.confirm_unlink());
    REQUIRE(world.until([&] { return call->has_value(); }));
    CHECK((**call)->unlinked);
  }
  SECTION("it had removed us already") {
    world.login_answer = World::failure("401");
    CHECK(world.run(world.manager->remove("support", true))->unlinked);
  }
  SECTION("nobody is there") {
    expected = false;
    world.shakes_hands = false;
    const auto call = world.begin(world.manager->remove("support", true));
    world.advance(Duration{9'999});
    CHECK_FALSE(*call);
    world.advance(Duration{1});
    world.advance(Duration{1'000});
    REQUIRE(world.until([&] { return call->has_value(); }));
    CHECK((**call)->unlinked == expected);
  }
  CHECK(world.dials() == dials + 1);
  CHECK(world.manager->list().empty());
}

TEST_CASE("boot dials the linked, one each 250 ms", "[session][operations][boot]") {
  World world;
  REQUIRE(world.start());
  world.link("one");
  world.link("two");
  world.link("three");
  world.create("unlinked");
  const std::size_t before = world.dials();
  world.restart();
  world.settle();
  CHECK(world.dials() == before + 1);
  CHECK(world.state("two") == "reconnecting/dialing");
  CHECK(world.state("unlinked") == "disconnected/qr_expired");
  world.advance(Duration{249});
  CHECK(world.dials() == before + 1);
  world.advance(Duration{1});
  CHECK(world.dials() == before + 2);
  world.advance(Duration{250});
  CHECK(world.dials() == before + 3);
  CHECK(world.state("three") == "connected/online");
}

TEST_CASE("a stop keeps rows and credentials, and refuses new work", "[session][operations]") {
  Online world;
  world.run(world.manager->stop());
  CHECK(world.end().client_closed());
  CHECK(world.stored_row().status == store::Status::connected);
  CHECK(code_of(world.run(world.manager->create({"sales", {}, {}}))) == ErrorCode::shutting_down);
  CHECK(code_of(world.run(world.manager->disconnect("support"))) == ErrorCode::shutting_down);
}

TEST_CASE("a stop does not wait for a QR or for a phone", "[session][operations]") {
  Online world;
  world.offers_qr = false;
  const auto creating = world.begin(world.manager->create({"sales", {}, {}}));
  const auto removing = world.begin(world.manager->remove("support", true));
  world.settle();
  world.run(world.manager->stop());
  CHECK(creating->has_value());
  CHECK(removing->has_value());
}

TEST_CASE("last seen is kept, written once a minute", "[session][operations]") {
  Online world;
  world.advance(Duration{300'000});
  const std::int64_t seen = world.session().row.last_seen_at;
  CHECK(runtime::unix_millis(world.clock) - seen <= 30'000);
  CHECK(seen - world.stored_row().last_seen_at <= 60'000);
  world.run(world.manager->stop());
  CHECK(world.stored_row().last_seen_at == seen);
}

TEST_CASE("two operations on one session do not interleave", "[session][operations]") {
  Online world;
  const auto down = world.begin(world.manager->disconnect("support"));
  const auto up = world.begin(world.manager->reconnect("support"));
  const auto gone = world.begin(world.manager->remove("support", false));
  const auto late = world.begin(world.manager->disconnect("support"));
  REQUIRE(world.until([&] { return *down && *up && *gone && *late; }));
  CHECK(**down);
  CHECK(**up);
  CHECK(**gone);
  CHECK(code_of(**late) == ErrorCode::session_not_found);
  CHECK(world.manager->list().empty());
}

}  // namespace
}  // namespace wasphere::test
