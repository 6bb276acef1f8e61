// The whole way from create to connected, with the n-th commit failing, for every n there is.
#include <catch2/catch.hpp>

#include "tests/unit/daemon/session/world.h"

namespace wasphere::test {
namespace {

struct Outcome {
  bool created = false;
  bool confirmed = false;  // the server has our pair-device-sign
};

bool at_rest(World& world) {
  const store::Status status = world.session().row.status;
  return status == store::Status::disconnected || status == store::Status::connected;
}

Outcome try_to_link(World& world) {
  Outcome out;
  const auto made = world.run(world.manager->create({"support", {}, {}}));
  if (!made) return out;
  out.created = true;
  if (!made->qr) return out;
  ServerEnd& registration = world.end();
  registration.send(world.scan(made->qr->text));
  const bool answered = world.until([&] {
    out.confirmed = out.confirmed || registration.take_iq_result("pair-success-1").has_value();
    return out.confirmed || at_rest(world);
  });
  REQUIRE(answered);
  if (!out.confirmed) return out;
  registration.send(World::stream_error("515"));
  registration.drop();
  REQUIRE(world.until([&] { return at_rest(world); }));
  return out;
}

TEST_CASE("whichever commit fails, an account is linked whole or not at all",
          "[session][anomaly]") {
  bool untouched = false;
  for (int nth = 1; !untouched; ++nth) {
    INFO("commit " << nth);
    REQUIRE(nth < 30);
    World world;
    REQUIRE(world.start());
    world.pre_keys = 0;
    const int before = world.store.faults().commits();
    world.store.faults().fail_commit(nth);
    const Outcome outcome = try_to_link(world);
    untouched = world.store.faults().commits() - before < nth;
    if (!outcome.created) {
      CHECK(world.manager->list().empty());
      continue;
    }
    world.restart();
    const auto device = world.stored_device();
    REQUIRE(device);
    CHECK(device->linked() == world.stored_row().linked);
    CHECK(device->linked() == outcome.confirmed);
    if (outcome.confirmed) {
      CHECK(world.until([&] { return world.state() == "connected/online"; }));
      CHECK(world.pre_keys >= stanza::kInitialPreKeys);
    } else {
      CHECK(world.run(world.manager->refresh_qr("support", false))->qr);
    }
  }
}

}  // namespace
}  // namespace wasphere::test
