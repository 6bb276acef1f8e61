#include <catch2/catch.hpp>

#include "core/stanza/link_code_server.h"
#include "core/stanza/pairing_code.h"
#include "tests/unit/daemon/session/world.h"

namespace wasphere::test {
namespace {

// The phone's and the server's part of linking with a code.
struct CodeScene {
  World world;
  std::shared_ptr<std::optional<Result<SessionSnapshot>>> call;
  stanza::CompanionHello hello;
  crypto::KeyPair primary = crypto::KeyPair::generate(world.rng);

  CodeScene() {
    if (!world.start()) throw std::runtime_error("start");
    world.create();
  }
  wire::Node await_iq() {
    std::optional<wire::Node> iq;
    if (!world.until([&] { return (iq = world.end().take_iq("md")).has_value(); }))
      throw std::runtime_error("no iq");
    return *iq;
  }
  void ask() {
    call = world.begin(world.manager->pair("support", "+44 7700 900123"));
    const wire::Node iq = await_iq();
    hello = stanza::parse_companion_hello(iq).value();
    world.end().send(stanza::companion_hello_answer(iq, "ref-1"));
    world.settle();
  }
  std::string code() {
    const std::string shown = world.session().code.value().code;
    return shown.substr(0, 4) + shown.substr(5);
  }
  // The user types `code` on the phone.
  stanza::PrimaryHello type(const std::string& code, const std::string& ref = "ref-1") {
    auto wrapped = stanza::wrap_ephemeral(code, world.rng);
    primary = wrapped.ephemeral;
    return {wrapped.wrapped, world.phone.key.public_key, ref};
  }
  void send(const stanza::PrimaryHello& primary_hello) {
    world.end().send(stanza::build_primary_hello("note-1", 1, primary_hello));
  }
  stanza::OpenedBundle open(const wire::Node& finish, const std::string& code) {
    const auto content = stanza::parse_companion_finish(finish).value();
    const auto companion =
        stanza::unwrap_ephemeral(code, hello.wrapped_companion_ephemeral).value();
    return stanza::open_key_bundle(content.wrapped_key_bundle, primary, companion, world.phone.key)
        .value();
  }
};

TEST_CASE("a code is typed and links", "[session][code]") {
  CodeScene scene;
  World& world = scene.world;
  scene.ask();
  REQUIRE(*scene.call);
  REQUIRE(**scene.call);
  const auto shown = (**scene.call)->code;
  REQUIRE(shown);
  CHECK(shown->code.size() == 9);
  CHECK(shown->code[4] == '-');
  CHECK(shown->expires_at == runtime::unix_millis(world.clock) + 180'000);
  CHECK(world.state() == "connecting/awaiting_pairing_code");
  CHECK(world.events().back() == "session.code");
  CHECK(scene.hello.phone.user == "447700900123");

  const std::string code = scene.code();
  scene.send(scene.type(code));
  const wire::Node finish = scene.await_iq();
  const auto bundle = scene.open(finish, code);
  CHECK(world.stored_device()->adv_secret == bundle.adv_secret);
  CHECK(world.end().take_tag("ack"));
  // pair-success may come before the answer to companion_finish.
  world.end().send(world.pair_success(bundle.companion_identity, bundle.adv_secret));
  world.settle();
  world.end().send(stanza::iq_result(finish));
  CHECK(world.end().take_iq_result("pair-success-1"));
  world.end().send(World::stream_error("515"));
  world.end().drop();
  REQUIRE(world.until([&] { return world.state() == "connected/online"; }));
  CHECK_FALSE(world.session().code);
}

TEST_CASE("the end of the QR does not cut a code, its own end does", "[session][code]") {
  CodeScene scene;
  World& world = scene.world;
  scene.ask();
  world.advance(Duration{60'000});
  CHECK(world.state() == "connecting/awaiting_pairing_code");
  CHECK_FALSE(world.session().qr);
  world.advance(Duration{119'999});
  CHECK(world.session().code);
  world.advance(Duration{1});
  CHECK(world.state() == "disconnected/qr_expired");
  CHECK(world.session().row.status_reason == "pairing_code_expired");
  CHECK_FALSE(world.session().code);
}

TEST_CASE("the server refuses the code", "[session][code]") {
  CodeScene scene;
  World& world = scene.world;
  scene.call = world.begin(world.manager->pair("support", "+447700900123"));
  world.end().send(stanza::iq_error(scene.await_iq(), 400, "bad-request"));
  REQUIRE(world.until([&] { return scene.call->has_value(); }));
  CHECK((**scene.call).error().code == ErrorCode::whatsapp_error);
  world.settle();
  CHECK(world.state() == "connecting/awaiting_qr");
  CHECK(world.session().qr);
  CHECK_FALSE(world.session().code);
}

TEST_CASE("a hello for another code changes nothing", "[session][code]") {
  CodeScene scene;
  World& world = scene.world;
  scene.ask();
  const auto secret = world.stored_device()->adv_secret;
  scene.send(scene.type(scene.code(), "ref-2"));
  world.settle();
  CHECK(world.end().take_tag("ack"));
  CHECK_FALSE(world.end().take_iq("md"));
  CHECK(world.stored_device()->adv_secret == secret);
}

TEST_CASE("three tries a code, then hellos are ignored", "[session][code]") {
  CodeScene scene;
  World& world = scene.world;
  scene.ask();
  for (int i = 0; i < 3; ++i) {
    scene.send(scene.type(scene.code()));
    scene.await_iq();
  }
  scene.send(scene.type(scene.code()));
  world.settle();
  CHECK_FALSE(world.end().take_iq("md"));
}

TEST_CASE("a refused finish retires the code and makes a new QR", "[session][code]") {
  CodeScene scene;
  World& world = scene.world;
  scene.ask();
  scene.send(scene.type(scene.code()));
  const wire::Node finish = scene.await_iq();
  CHECK_FALSE(world.session().qr);  // its secret was replaced
  const auto secret = world.stored_device()->adv_secret;
  world.end().send(stanza::iq_error(finish, 400, "bad-request"));
  world.settle();
  CHECK_FALSE(world.session().code);
  CHECK(world.state() == "connecting/awaiting_qr");
  REQUIRE(world.session().qr);
  CHECK_FALSE(world.stored_device()->adv_secret == secret);
  world.end().send(world.scan(world.session().qr->text));
  world.settle();
  CHECK(world.state() == "connecting/pairing");
}

TEST_CASE("nothing is sent when the code's secret cannot be stored", "[session][code][store]") {
  CodeScene scene;
  World& world = scene.world;
  scene.ask();
  world.store.faults().fail_commit(1);
  scene.send(scene.type(scene.code()));
  REQUIRE(world.until([&] { return world.state() == "disconnected/store_error"; }));
  world.settle();
  CHECK_FALSE(world.end().take_iq("md"));
}

TEST_CASE("refresh_code makes a new code", "[session][code]") {
  CodeScene scene;
  World& world = scene.world;
  scene.ask();
  const std::string first = scene.code();
  world.end().send(stanza::build_refresh_code("note-2", 1, "ref-1", true));
  const wire::Node iq = scene.await_iq();
  world.end().send(stanza::companion_hello_answer(iq, "ref-2"));
  world.settle();
  CHECK(scene.code() != first);
}

TEST_CASE("asking for a QR beside a code takes the next ref", "[session][code]") {
  CodeScene scene;
  World& world = scene.world;
  scene.ask();
  const auto again = world.run(world.manager->refresh_qr("support", false));
  REQUIRE(again);
  REQUIRE(again->qr);
  CHECK(stanza::parse_qr_text(again->qr->text)->ref == "2@ref-two");
  CHECK(again->code);
  CHECK(world.dials() == 1);
}

TEST_CASE("a code can be asked for when nothing is dialed", "[session][code]") {
  CodeScene scene;
  World& world = scene.world;
  world.advance(Duration{60'000});
  REQUIRE(world.state() == "disconnected/qr_expired");
  scene.ask();
  REQUIRE(*scene.call);
  CHECK((**scene.call)->code);
  CHECK(world.dials() == 2);
}

TEST_CASE("a dropped connection takes its code along", "[session][code]") {
  CodeScene scene;
  World& world = scene.world;
  scene.ask();
  world.end().drop();
  world.settle();
  CHECK_FALSE(world.session().code);
  CHECK(world.state() == "connecting/dialing");
}

TEST_CASE("pairing wants a phone number and no account", "[session][code]") {
  World world;
  REQUIRE(world.start());
  world.link();
  CHECK(world.run(world.manager->pair("support", "+447700900123")).error().code ==
        ErrorCode::already_connected);
  CHECK(world.run(world.manager->pair("support", "hello")).error().code ==
        ErrorCode::invalid_phone_number);
  CHECK(world.run(world.manager->pair("nobody", "+447700900123")).error().code ==
        ErrorCode::session_not_found);
  world.run(world.manager->disconnect("support"));
  CHECK(world.run(world.manager->pair("support", "+447700900123")).error().code ==
        ErrorCode::has_credentials);
}

}  // namespace
}  // namespace wasphere::test
