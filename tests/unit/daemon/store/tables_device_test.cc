#include <catch2/catch.hpp>
#include <filesystem>

#include "core/crypto/system_rng.h"
#include "daemon/store/tables.h"
#include "tests/support/seeded_rng.h"
#include "tests/unit/daemon/store/test_database.h"

namespace wasphere::store {
namespace {

namespace fs = std::filesystem;
stanza::Device some_device(Rng& rng) {
  auto device = stanza::Device::generate(rng);
  device.push_name = "Acme";
  device.login_counter = 7;
  return device;
}

std::string file_bytes(TestDatabase& t) {
  t.db().run("COMMIT");
  t.db().script("PRAGMA wal_checkpoint(TRUNCATE)");
  t.begin();
  return test::read_whole(t.dir() / "state/wasphere.db");
}

}  // namespace

TEST_CASE("a device comes back as it was saved") {
  TestDatabase t;
  test::SeededRng rng;
  t.add_session("sess_a");
  CHECK_FALSE(t.devices.load("sess_a").value());
  stanza::Device device = some_device(rng);
  t.devices.save("sess_a", device);
  device.login_counter = 8;
  t.devices.save("sess_a", device);
  auto loaded = t.devices.load("sess_a");
  REQUIRE(loaded);
  REQUIRE(*loaded);
  CHECK(stanza::serialize(**loaded) == stanza::serialize(device));
}

TEST_CASE("a device needs its session, and leaves no key without it") {
  TestDatabase t;
  test::SeededRng rng;
  auto device = some_device(rng);
  CHECK(failure_of([&] { t.devices.save("sess_a", device); }) == ErrorCode::session_not_found);
  CHECK_FALSE(fs::exists(t.key_path("sess_a")));
}

TEST_CASE("credentials without their key cannot be used") {
  TestDatabase t;
  test::SeededRng rng;
  t.add_session("sess_a");
  t.add_session("sess_b");
  t.devices.save("sess_a", some_device(rng));
  t.devices.save("sess_b", some_device(rng));

  SECTION("moved to another session") {
    t.db().run(
        "UPDATE devices SET sealed = (SELECT sealed FROM devices WHERE session_id = 'sess_b')");
    CHECK(t.devices.load("sess_a").error().code == ErrorCode::key_mismatch);
    CHECK(t.devices.load("sess_b"));
  }
  SECTION("changed") {
    t.db().run("UPDATE devices SET sealed = zeroblob(500) WHERE session_id = 'sess_a'");
    CHECK(t.devices.load("sess_a").error().code == ErrorCode::key_mismatch);
  }
  SECTION("key file gone") {
    t.keys().destroy("sess_a");
    CHECK(t.devices.load("sess_a").error().code == ErrorCode::key_missing);
    CHECK(failure_of([&] { t.pre_keys.reserve("sess_a", 1, rng); }) == ErrorCode::key_missing);
    t.devices.save("sess_a", some_device(rng));  // linked anew
    CHECK(t.devices.load("sess_a").value());
  }
  SECTION("sealed, but not a device") {
    auto key = t.keys().find("sess_a");
    REQUIRE(key);
    t.db().run("UPDATE devices SET sealed = ?1 WHERE session_id = 'sess_a'",
               seal(*key, as_bytes("junk"), seal_context("devices", "sess_a", "")));
    CHECK(t.devices.load("sess_a").error().code == ErrorCode::storage_corrupt);
  }
}

TEST_CASE("wiping takes device and pre-keys and dooms the key") {
  TestDatabase t;
  test::SeededRng rng;
  t.add_session("sess_a");
  t.devices.save("sess_a", some_device(rng));
  t.pre_keys.reserve("sess_a", 3, rng);
  t.commit();
  t.devices.wipe("sess_a");
  CHECK(t.tables().after.keys_doomed);
  CHECK_FALSE(t.devices.load("sess_a").value());
  CHECK(t.db().integer("SELECT count(*) FROM pre_keys") == 0);
  CHECK(t.db().integer("SELECT count(*) FROM doomed_keys") == 1);
  CHECK(fs::exists(t.key_path("sess_a")));  // until the commit
  CHECK(t.sessions.find("sess_a"));
  t.devices.save("sess_a", some_device(rng));  // wanted again before the commit
  CHECK(t.db().integer("SELECT count(*) FROM doomed_keys") == 0);
}

TEST_CASE("removing a session takes everything of it") {
  TestDatabase t;
  test::SeededRng rng;
  t.add_session("sess_a");
  t.devices.save("sess_a", some_device(rng));
  t.pre_keys.reserve("sess_a", 3, rng);
  t.sessions.remove("sess_a");
  CHECK_FALSE(t.sessions.find("sess_a"));
  CHECK(t.db().integer("SELECT count(*) FROM devices") == 0);
  CHECK(t.db().integer("SELECT count(*) FROM pre_keys") == 0);
  CHECK(t.db().integer("SELECT count(*) FROM doomed_keys") == 1);
  t.sessions.remove("sess_none");
  CHECK(t.db().integer("SELECT count(*) FROM doomed_keys") == 1);
}

TEST_CASE("the files hold no private key in clear") {
  TestDatabase t;
  crypto::SystemRng rng;
  t.add_session("sess_a");
  stanza::Device device = some_device(rng);
  t.devices.save("sess_a", device);
  auto pre_keys = t.pre_keys.reserve("sess_a", 20, rng);
  std::string bytes = file_bytes(t);
  REQUIRE(bytes.find(as_text(pre_keys[0].key.public_key)) != std::string::npos);  // it is the file
  for (const Secret<32>* secret : {&device.noise_key.private_key, &device.identity_key.private_key,
                                   &device.signed_pre_key.key.private_key, &device.adv_secret})
    CHECK(bytes.find(as_text(secret->view())) == std::string::npos);
  for (const auto& pre_key : pre_keys)
    CHECK(bytes.find(as_text(pre_key.key.private_key.view())) == std::string::npos);
  auto key = t.keys().find("sess_a");
  REQUIRE(key);
  CHECK(bytes.find(as_text(key->view())) == std::string::npos);
}

TEST_CASE("wiped credentials leave the file even in sealed form") {
  TestDatabase t;
  crypto::SystemRng rng;
  t.add_session("sess_a");
  t.devices.save("sess_a", some_device(rng));
  auto row = t.db().query("SELECT sealed FROM devices");
  REQUIRE(row->step());
  std::string sealed = to_text(row->blob(0)).substr(0, 64);
  row.reset();
  REQUIRE(file_bytes(t).find(sealed) != std::string::npos);
  t.devices.wipe("sess_a");
  CHECK(file_bytes(t).find(sealed) == std::string::npos);
}

}  // namespace wasphere::store
