#include <catch2/catch.hpp>

#include "core/stanza/link_code_server.h"
#include "tests/unit/daemon/session/world.h"

namespace wasphere::test {
namespace {

TEST_CASE("a session is created, scanned, and connected", "[session][linking]") {
  World world;
  REQUIRE(world.start());
  const SessionSnapshot created = world.create();
  REQUIRE(created.qr);
  CHECK(world.state() == "connecting/awaiting_qr");
  CHECK(created.qr->expires_at == runtime::unix_millis(world.clock) + 60'000);
  CHECK(world.end().take_iq_result("pair-1"));
  const auto scanned = stanza::parse_qr_text(created.qr->text).value();
  CHECK(scanned.ref == "2@ref,one");
  CHECK(scanned.noise_key == world.end().client_static());

  world.end().send(world.scan(created.qr->text));
  world.settle();
  CHECK(world.state() == "connecting/pairing");
  CHECK_FALSE(world.session().qr);
  const auto reply = world.end().take_iq_result("pair-success-1");
  REQUIRE(reply);
  CHECK(reply->child("pair-device-sign") != nullptr);
  CHECK(world.stored_row().linked);
  CHECK(world.stored_row().phone_number == "+447700900123");
  CHECK(world.stored_row().jid == "447700900123:3@s.whatsapp.net");
  CHECK(world.stored_row().lid == "163200000000001:3@lid");

  world.pre_keys = 0;
  world.end().send(World::stream_error("515"));
  world.end().drop();
  REQUIRE(world.until([&] { return world.state() == "connected/online"; }));
  world.settle();
  CHECK(world.dials() == 2);
  CHECK_FALSE(world.end().payload().registration);
  CHECK(world.end().payload().username == 447700900123);
  CHECK(world.end().payload().device == 3);
  REQUIRE(world.uploads.size() == 1);
  CHECK(world.uploads[0].one_time.size() == stanza::kInitialPreKeys);
  CHECK(world.session().row.push_name == "Acme");
  CHECK(world.session().row.reconnect_attempt == 0);
  CHECK(world.events() ==
        std::vector<std::string>{
            "session.created connecting/dialing", "session.qr", "session.status connecting/pairing",
            "session.status connecting/syncing", "session.connected connected/online new"});
}

TEST_CASE("a QR lives for exactly 60 s", "[session][linking]") {
  World world;
  REQUIRE(world.start());
  world.create();
  world.advance(Duration{59'999});
  CHECK(world.state() == "connecting/awaiting_qr");
  CHECK(world.session().qr);
  world.advance(Duration{1});
  CHECK(world.state() == "disconnected/qr_expired");
  CHECK_FALSE(world.session().qr);
  CHECK(world.end().client_closed());
  CHECK(world.events().back() == "session.disconnected qr_expired qr_expired 0");
  world.advance(Duration{3'600'000});
  CHECK(world.dials() == 1);
}

TEST_CASE("a new QR has a new connection, a new secret, and 60 s", "[session][linking]") {
  World world;
  REQUIRE(world.start());
  const std::string first = world.create().qr->text;
  world.advance(Duration{30'000});
  SECTION("while the first one is live") {}
  SECTION("after it has expired") {
    world.advance(Duration{31'000});
  }
  const auto again = world.run(world.manager->refresh_qr("support", false));
  REQUIRE(again);
  REQUIRE(again->qr);
  CHECK(again->qr->text != first);
  CHECK(again->qr->expires_at == runtime::unix_millis(world.clock) + 60'000);
  CHECK(world.dials() == 2);
  CHECK(world.ends[0]->client_closed());
}

TEST_CASE("a scan of the old QR does not link the new one", "[session][linking]") {
  World world;
  REQUIRE(world.start());
  const std::string first = world.create().qr->text;
  world.run(world.manager->refresh_qr("support", false));
  world.end().send(world.scan(first));
  world.settle();
  CHECK(world.state() == "disconnected/connect_failed");
  CHECK_FALSE(world.stored_row().linked);
}

TEST_CASE("create answers after 20 s when no QR comes", "[session][linking]") {
  World world;
  REQUIRE(world.start());
  world.offers_qr = false;
  const auto made = world.begin(world.manager->create({"support", {}, {}}));
  world.advance(Duration{19'999});
  CHECK_FALSE(*made);
  world.advance(Duration{1});
  REQUIRE(*made);
  REQUIRE(**made);
  CHECK_FALSE((**made)->qr);
  CHECK((**made)->row.status == store::Status::connecting);
}

TEST_CASE("no QR within 30 s of the dial is a failed attempt", "[session][linking]") {
  World world;
  REQUIRE(world.start());
  world.offers_qr = false;
  const auto made = world.begin(world.manager->create({"support", {}, {}}));
  world.advance(Duration{29'999});
  CHECK(world.session().row.reconnect_attempt == 0);
  world.advance(Duration{1});
  CHECK(world.session().row.reconnect_attempt == 1);
  CHECK(world.state() == "connecting/dialing");
}

TEST_CASE("an identity that the phone did not make is refused", "[session][linking]") {
  World world;
  REQUIRE(world.start());
  const auto qr = stanza::parse_qr_text(world.create().qr->text).value();
  std::string told;
  SECTION("an HMAC under another secret") {
    world.end().send(world.pair_success(qr.identity_key, Secret<32>(world.rng.array<32>())));
    told = "hmac-mismatch";
  }
  SECTION("an account signature over another key") {
    const auto other = crypto::KeyPair::generate(world.rng).public_key;
    world.end().send(world.pair_success(other, qr.adv_secret));
    told = "signature-mismatch";
  }
  SECTION("an identity that is garbage") {
    wire::Node node = world.pair_success(qr.identity_key, qr.adv_secret);
    auto& pair = std::get<wire::Nodes>(node.content).at(0);
    for (wire::Node& child : std::get<wire::Nodes>(pair.content))
      if (child.tag == "device-identity") child.content = Bytes(50, 0xFF);
    world.end().send(node);
    told = "internal-error";
  }
  world.settle();
  const auto reply = world.end().take_tag("iq");
  REQUIRE(reply);
  const auto answer = reply->attr("type") == "result" ? world.end().take_tag("iq") : reply;
  REQUIRE(answer);
  REQUIRE(answer->child("error") != nullptr);
  CHECK(answer->child("error")->attr("text") == told);
  CHECK(world.state() == "disconnected/connect_failed");
  CHECK(world.session().row.status_reason == "pairing_failed");
  CHECK_FALSE(world.stored_row().linked);
  CHECK_FALSE(world.stored_device()->linked());
}

TEST_CASE("an account that cannot be stored is not confirmed", "[session][linking][store]") {
  World world;
  REQUIRE(world.start());
  const std::string qr = world.create().qr->text;
  world.end().inbox.clear();
  world.store.faults().fail_commit(1);
  world.end().send(world.scan(qr));
  REQUIRE(world.until([&] { return world.state() == "disconnected/store_error"; }));
  world.settle();
  CHECK_FALSE(world.end().take_iq_result("pair-success-1"));
  const auto refused = world.end().take_tag("iq");
  REQUIRE(refused);
  CHECK(refused->attr("type") == "error");
  CHECK_FALSE(world.stored_row().linked);
  CHECK_FALSE(world.stored_device()->linked());
  CHECK(world.events().back() == "session.disconnected store_error store_error 0");
}

TEST_CASE("a QR that cannot be stored is not shown", "[session][linking][store]") {
  World world;
  REQUIRE(world.start());
  world.offers_qr = false;
  const auto made = world.begin(world.manager->create({"support", {}, {}}));
  REQUIRE(world.until([&] { return !world.ends.empty() && world.end().ready(); }));
  world.store.faults().fail_all(true);
  world.end().send(stanza::build_pair_device("pair-1", {"2@a", "2@b"}));
  REQUIRE(world.until([&] { return made->has_value(); }));
  CHECK_FALSE((**made)->qr);
  CHECK_FALSE(world.end().take_iq_result("pair-1"));
  CHECK(world.state() == "disconnected/store_error");
  world.store.faults().fail_all(false);
}

TEST_CASE("after the confirmation any end leads to the login", "[session][linking]") {
  World world;
  REQUIRE(world.start());
  const std::string qr = world.create().qr->text;
  world.end().send(world.scan(qr));
  REQUIRE(world.until([&] { return world.end().take_iq_result("pair-success-1").has_value(); }));
  SECTION("515 and a close") {
    world.end().send(World::stream_error("515"));
    world.end().drop();
  }
  SECTION("a close without a word") {
    world.end().drop();
  }
  SECTION("silence") {
    world.advance(Duration{4'999});
    CHECK(world.dials() == 1);
    world.advance(Duration{1});
  }
  REQUIRE(world.until([&] { return world.state() == "connected/online"; }));
  CHECK(world.dials() == 2);
  CHECK(world.session().row.reconnect_attempt == 0);
  for (const std::string& event : world.events())
    CHECK(event.find("session.reconnecting") == std::string::npos);
}

TEST_CASE("a process that dies after storing the account logs in", "[session][linking][restart]") {
  World world;
  REQUIRE(world.start());
  const std::string qr = world.create().qr->text;
  world.end().send(world.scan(qr));
  REQUIRE(world.until([&] { return world.state() == "connecting/pairing"; }));
  SECTION("and the server had got the confirmation") {}
  SECTION("and the server had not: it says 401") {
    world.login_answer = World::failure("401");
  }
  const bool known = !world.login_answer;
  world.restart();
  world.settle();
  CHECK(world.state() == (known ? "connected/online" : "disconnected/logged_out"));
  CHECK(world.stored_row().linked == known);
  CHECK(world.stored_device().has_value() == known);
}

TEST_CASE("a process that dies before the scan leaves an expired QR",
          "[session][linking][restart]") {
  World world;
  REQUIRE(world.start());
  world.create();
  world.restart();
  CHECK(world.state() == "disconnected/qr_expired");
  CHECK(world.dials() == 1);
  CHECK(world.events().back() == "session.disconnected qr_expired qr_expired 0");
  const auto again = world.run(world.manager->refresh_qr("support", false));
  REQUIRE(again);
  CHECK(again->qr);
}

TEST_CASE("companion_reg_refresh shows the same ref with a new secret", "[session][linking]") {
  World world;
  REQUIRE(world.start());
  const SessionSnapshot created = world.create();
  world.end().inbox.clear();
  world.advance(Duration{10'000});
  world.end().send(
      stanza::build_companion_reg_refresh("note-1", runtime::unix_seconds(world.clock)));
  world.settle();
  const auto ack = world.end().take_tag("ack");
  REQUIRE(ack);
  CHECK(ack->attr("type") == "companion_reg_refresh");
  const auto shown = world.session().qr;
  REQUIRE(shown);
  CHECK(shown->expires_at == created.qr->expires_at);
  const auto before = stanza::parse_qr_text(created.qr->text).value();
  const auto after = stanza::parse_qr_text(shown->text).value();
  CHECK(after.ref == before.ref);
  CHECK_FALSE(after.adv_secret == before.adv_secret);
  CHECK(world.stored_device()->adv_secret == after.adv_secret);
  world.end().send(world.scan(shown->text));
  world.settle();
  CHECK(world.state() == "connecting/pairing");
}

TEST_CASE("a passkey request shows, and the QR's end still ends it", "[session][linking]") {
  World world;
  REQUIRE(world.start());
  world.create();
  wire::Node request{"notification",
                     {{"id", std::string("n1")},
                      {"from", wire::Jid::server_only()},
                      {"type", std::string("passkey_prologue_request")}},
                     wire::Nodes{{"passkey_request_options", {}, Bytes{'{', '}'}}}};
  world.end().send(request);
  world.settle();
  CHECK(world.state() == "connecting/passkey_required");
  CHECK(world.end().take_tag("ack"));
  CHECK(world.events().back() == "session.status connecting/passkey_required");
  world.advance(Duration{60'000});
  CHECK(world.state() == "disconnected/qr_expired");
}

TEST_CASE("a link that cannot be made climbs the ladder and gives up",
          "[session][linking][ladder]") {
  World world;
  REQUIRE(world.start());
  world.shakes_hands = false;
  const auto made = world.begin(world.manager->create({"support", {}, {}}));
  const auto refuse = [&] {
    world.settle();
    world.transports.last()->fail(ErrorCode::network_unreachable, "connection refused");
    world.settle();
  };
  refuse();
  std::size_t dials = 1;
  for (const int seconds : {5, 10, 20, 40, 80}) {
    CHECK(world.state() == "connecting/dialing");
    CHECK(world.session().next_attempt_at == runtime::unix_millis(world.clock) + seconds * 1000);
    world.advance(Duration{seconds * 1000 - 1});
    CHECK(world.dials() == dials);
    world.advance(Duration{1});
    CHECK(world.dials() == ++dials);
    refuse();
  }
  CHECK(world.state() == "disconnected/connect_failed");
  CHECK(world.events().back() == "session.disconnected connect_failed network_unreachable 5");
  world.advance(Duration{3'600'000});
  CHECK(world.dials() == 6);
}

TEST_CASE("a chain of another root shows at once, and is retried by the ladder",
          "[session][linking]") {
  World world;
  world.options.noise_root = noise::kWhatsAppRoot;
  REQUIRE(world.start());
  const SessionSnapshot made = world.create();
  CHECK(made.row.status == store::Status::disconnected);
  CHECK(made.row.status_detail == "certificate_rejected");
  CHECK(world.events().back() ==
        "session.disconnected certificate_rejected certificate_rejected 0");
  const auto told = world.events().size();
  for (const int seconds : {5, 10, 20, 40, 80}) {
    const std::size_t dials = world.dials();
    world.advance(Duration{seconds * 1000 - 1});
    CHECK(world.dials() == dials);
    world.advance(Duration{1});
    CHECK(world.dials() == dials + 1);
    CHECK(world.state() == "disconnected/certificate_rejected");
  }
  CHECK(world.events().size() == told);
}

TEST_CASE("a failure on the registration connection is classified too", "[session][linking]") {
  World world;
  REQUIRE(world.start());
  world.create();
  world.end().send(World::failure("405"));
  world.settle();
  CHECK(world.state() == "disconnected/client_outdated");
}

TEST_CASE("a server that restarts the stream for ever is not dialed for ever",
          "[session][linking]") {
  World world;
  REQUIRE(world.start());
  world.offers_qr = false;
  const auto made = world.begin(world.manager->create({"support", {}, {}}));
  for (int round = 0; round < 4; ++round) {
    world.settle();
    world.end().send(World::stream_error("515"));
  }
  world.settle();
  CHECK(world.dials() == 4);
  CHECK(world.session().row.reconnect_attempt == 1);
}

}  // namespace
}  // namespace wasphere::test
