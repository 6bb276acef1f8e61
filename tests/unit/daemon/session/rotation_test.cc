// The signed pre-key is renewed every 27 days.
#include <catch2/catch.hpp>

#include "daemon/session/signed_key_rotation.h"
#include "tests/unit/daemon/session/world.h"

namespace wasphere::test {
namespace {

struct RotationWorld : World {
  RotationWorld() {
    if (!start()) throw std::runtime_error("start");
    link();
  }
  // Away for that long, and logged in again.
  void come_back(std::int64_t after_ms = 0) {
    ends.back()->drop();
    settle();
    clock.advance(Duration{after_ms});  // nothing runs meanwhile
    advance(Duration{80'000});          // the longest wait of the ladder
  }
  std::optional<stanza::SignedPreKey> kept(std::uint32_t key) {
    auto job = [id = session().row.id,
                key](store::Tx& tx) -> Result<std::optional<stanza::SignedPreKey>> {
      return tx.pre_keys.find_signed(id, key);
    };
    return run(store->run(job)).value();
  }
};

TEST_CASE("a young key stays", "[session][keys]") {
  RotationWorld world;
  world.come_back();
  CHECK(world.rotations.empty());
}

TEST_CASE("an old key is renewed at login, and kept", "[session][keys]") {
  RotationWorld world;
  const auto before = world.stored_device()->signed_pre_key;
  world.come_back(session::kSignedKeyLifeMs);
  REQUIRE(world.rotations.size() == 1);
  const auto now = world.stored_device()->signed_pre_key;
  CHECK(now.id == before.id + 1);
  CHECK(world.rotations[0].signed_pre_key_id == now.id);
  CHECK(world.rotations[0].signed_pre_key == now.key.public_key);
  CHECK(stanza::check_signed_pre_key(world.stored_device()->identity_key.public_key,
                                     now.key.public_key, now.signature));
  REQUIRE(world.kept(before.id));
  CHECK(world.kept(before.id)->key.public_key == before.key.public_key);
  world.come_back();
  CHECK(world.rotations.size() == 1);
}

TEST_CASE("a renewal that the server did not take is tried at the next login", "[session][keys]") {
  RotationWorld world;
  world.refuses_rotation = 500;
  world.come_back(session::kSignedKeyLifeMs);
  CHECK(world.rotations.size() == 1);
  CHECK(world.state() == "connected/online");
  world.refuses_rotation = 0;
  world.come_back();
  CHECK(world.rotations.size() == 2);
  world.come_back();
  CHECK(world.rotations.size() == 2);
}

TEST_CASE("a key that the server finds bad is replaced by another, once", "[session][keys]") {
  RotationWorld world;
  world.refuses_rotation = 406;
  world.come_back(session::kSignedKeyLifeMs);
  REQUIRE(world.rotations.size() == 2);
  CHECK(world.rotations[0].signed_pre_key != world.rotations[1].signed_pre_key);
}

}  // namespace
}  // namespace wasphere::test
