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

}  // namespace
}  // namespace wasphere::test
