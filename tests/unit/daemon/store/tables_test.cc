#include "daemon/store/tables.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "core/crypto/system_rng.h"
#include "tests/support/seeded_rng.h"
#include "tests/unit/daemon/store/test_database.h"

namespace wasphere::store {
namespace {

namespace fs = std::filesystem;

SessionRow full_row() {
  SessionRow row;
  row.id = "sess_full";
  row.name = "Ärger";
  row.description = "with ' and \0 and ☃";
  row.settings = {1, 2, false, 3, true, false};
  row.desired_up = false;
  row.status = Status::banned;
  row.status_detail = "temporary";
  row.status_reason = "too_many_messages";
  row.linked = true;
  row.phone_number = "+447700900123";
  row.jid = "447700900123:12@s.whatsapp.net";
  row.lid = "1632:12@lid";
  row.push_name = "Acme";
  row.created_at = 1'700'000'000'001;
  row.connected_at = 2;
  row.last_seen_at = 3;
  row.reconnect_attempt = 4;
  row.next_attempt_at = 5;
  row.ban = BanRecord{"temporary", 101, 1'700'000'000'999, "wait"};
  return row;
}

void check_equal(const SessionRow& a, const SessionRow& b) {
  CHECK(a.id == b.id);
  CHECK(a.name == b.name);
  CHECK(a.description == b.description);
  CHECK(a.settings == b.settings);
  CHECK(a.desired_up == b.desired_up);
  CHECK(a.status == b.status);
  CHECK(a.status_detail == b.status_detail);
  CHECK(a.status_reason == b.status_reason);
  CHECK(a.linked == b.linked);
  CHECK(a.phone_number == b.phone_number);
  CHECK(a.jid == b.jid);
  CHECK(a.lid == b.lid);
  CHECK(a.push_name == b.push_name);
  CHECK(a.created_at == b.created_at);
  CHECK(a.connected_at == b.connected_at);
  CHECK(a.last_seen_at == b.last_seen_at);
  CHECK(a.reconnect_attempt == b.reconnect_attempt);
  CHECK(a.next_attempt_at == b.next_attempt_at);
  REQUIRE(a.ban.has_value() == b.ban.has_value());
  if (!a.ban) return;
  CHECK(a.ban->kind == b.ban->kind);
  CHECK(a.ban->code == b.ban->code);
  CHECK(a.ban->expires_at == b.ban->expires_at);
  CHECK(a.ban->message == b.ban->message);
}

EventRow event_at(std::int64_t time) {
  EventRow row;
  row.id = "evt_" + std::to_string(time);
  row.type = "session.created";
  row.session_id = "sess_a";
  row.time = time;
  row.payload = R"({"x":1})";
  row.expires_at = time + 60'000;
  return row;
}

stanza::Device linked_device(Rng& rng) {
  auto device = stanza::Device::generate(rng);
  device.push_name = "Acme";
  device.login_counter = 7;
  return device;
}

ErrorCode code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const StoreFailure& failure) {
    return failure.error().code;
  }
  FAIL("no failure");
  return ErrorCode::internal;
}

std::string file_bytes(TestDatabase& t) {
  t.db().run("COMMIT");
  t.db().script("PRAGMA wal_checkpoint(TRUNCATE)");
  t.begin();
  return test::read_whole(t.dir() / "state/wasphere.db");
}

}  // namespace

TEST_CASE("a session row comes back with every field") {
  TestDatabase t;
  REQUIRE(t.sessions.insert(full_row()));
  auto found = t.sessions.find("sess_full");
  REQUIRE(found);
  check_equal(*found, full_row());
  SessionRow plain;
  plain.id = "sess_plain";
  plain.name = "plain";
  REQUIRE(t.sessions.insert(plain));
  check_equal(*t.sessions.find("sess_plain"), plain);
  CHECK_FALSE(t.sessions.find("sess_none"));
}

TEST_CASE("an update replaces every field and needs the row") {
  TestDatabase t;
  SessionRow row;
  row.id = "sess_full";
  row.name = "before";
  REQUIRE(t.sessions.insert(row));
  REQUIRE(t.sessions.update(full_row()));
  check_equal(*t.sessions.find("sess_full"), full_row());
  row = full_row();
  row.ban.reset();
  REQUIRE(t.sessions.update(row));
  CHECK_FALSE(t.sessions.find("sess_full")->ban);
  row.id = "sess_none";
  row.name = "free";
  auto missing = t.sessions.update(row);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == ErrorCode::session_not_found);
}

TEST_CASE("names are taken once, whatever their case") {
  TestDatabase t;
  t.add_session("sess_a", "Ärger");
  SessionRow row;
  row.id = "sess_b";
  row.name = "äRGER";
  auto taken = t.sessions.insert(row);
  REQUIRE_FALSE(taken);
  CHECK(taken.error().code == ErrorCode::session_exists);
  CHECK(taken.error().message == "a session named 'äRGER' exists already");
  t.add_session("sess_b", "other");
  CHECK(t.sessions.update(row).error().code == ErrorCode::session_exists);
  row.id = "sess_a";
  CHECK(t.sessions.update(row));  // its own name, written otherwise
}

TEST_CASE("sessions are listed by creation") {
  TestDatabase t;
  for (int created : {3, 1, 2}) {
    SessionRow row;
    row.id = row.name = "sess_" + std::to_string(created);
    row.created_at = created;
    REQUIRE(t.sessions.insert(row));
  }
  auto all = t.sessions.all();
  REQUIRE(all.size() == 3);
  CHECK(all[0].id == "sess_1");
  CHECK(all[2].id == "sess_3");
}

TEST_CASE("one node at a time holds a session") {
  TestDatabase t;
  t.add_session("sess_a");
  CHECK(t.sessions.acquire_lease("sess_a", "n1", 1000, 500));
  CHECK(t.sessions.acquire_lease("sess_a", "n1", 1200, 500));  // renewed until 1700
  auto refused = t.sessions.acquire_lease("sess_a", "n2", 1699, 500);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::state_locked);
  CHECK(t.sessions.acquire_lease("sess_a", "n2", 1700, 500));
  t.sessions.release_leases("n2");
  CHECK(t.sessions.acquire_lease("sess_a", "n1", 1701, 500));
  CHECK(t.sessions.acquire_lease("sess_x", "n1", 1, 1).error().code ==
        ErrorCode::session_not_found);
  t.sessions.remove("sess_a");  // takes its lease along
  CHECK(t.db().integer("SELECT count(*) FROM session_leases") == 0);
}

TEST_CASE("a device comes back as it was saved") {
  TestDatabase t;
  test::SeededRng rng;
  t.add_session("sess_a");
  CHECK_FALSE(t.devices.load("sess_a").value());
  stanza::Device device = linked_device(rng);
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
  auto device = linked_device(rng);
  CHECK(code_of([&] { t.devices.save("sess_a", device); }) == ErrorCode::session_not_found);
  CHECK_FALSE(fs::exists(t.key_path("sess_a")));
}

TEST_CASE("credentials without their key cannot be used") {
  TestDatabase t;
  test::SeededRng rng;
  t.add_session("sess_a");
  t.add_session("sess_b");
  t.devices.save("sess_a", linked_device(rng));
  t.devices.save("sess_b", linked_device(rng));

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
    CHECK(code_of([&] { t.pre_keys.reserve("sess_a", 1, rng); }) == ErrorCode::key_missing);
    t.devices.save("sess_a", linked_device(rng));  // linked anew
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
  t.devices.save("sess_a", linked_device(rng));
  t.pre_keys.reserve("sess_a", 3, rng);
  t.commit();
  t.devices.wipe("sess_a");
  CHECK(t.tables().after.keys_doomed);
  CHECK_FALSE(t.devices.load("sess_a").value());
  CHECK(t.db().integer("SELECT count(*) FROM pre_keys") == 0);
  CHECK(t.db().integer("SELECT count(*) FROM doomed_keys") == 1);
  CHECK(fs::exists(t.key_path("sess_a")));  // until the commit
  CHECK(t.sessions.find("sess_a"));
  t.devices.save("sess_a", linked_device(rng));  // wanted again before the commit
  CHECK(t.db().integer("SELECT count(*) FROM doomed_keys") == 0);
}

TEST_CASE("removing a session takes everything of it") {
  TestDatabase t;
  test::SeededRng rng;
  t.add_session("sess_a");
  t.devices.save("sess_a", linked_device(rng));
  t.pre_keys.reserve("sess_a", 3, rng);
  t.sessions.remove("sess_a");
  CHECK_FALSE(t.sessions.find("sess_a"));
  CHECK(t.db().integer("SELECT count(*) FROM devices") == 0);
  CHECK(t.db().integer("SELECT count(*) FROM pre_keys") == 0);
  CHECK(t.db().integer("SELECT count(*) FROM doomed_keys") == 1);
  t.sessions.remove("sess_none");
  CHECK(t.db().integer("SELECT count(*) FROM doomed_keys") == 1);
}

TEST_CASE("pre-keys wait until they are confirmed and ids go on") {
  TestDatabase t;
  test::SeededRng rng;
  t.add_session("sess_a");
  t.devices.save("sess_a", linked_device(rng));
  auto first = t.pre_keys.reserve("sess_a", 3, rng);
  REQUIRE(first.size() == 3);
  CHECK(first[0].id == 1);
  CHECK(first[2].id == 3);
  t.commit();

  auto again = t.pre_keys.reserve("sess_a", 4, rng);  // the answer to the first upload got lost
  REQUIRE(again.size() == 4);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(again[i].id == first[i].id);
    CHECK(again[i].key.public_key == first[i].key.public_key);
    CHECK(again[i].key.private_key == first[i].key.private_key);
  }
  CHECK(again[3].id == 4);

  t.pre_keys.mark_uploaded("sess_a", {1, 2, 3, 99});
  auto next = t.pre_keys.reserve("sess_a", 2, rng);
  REQUIRE(next.size() == 2);
  CHECK(next[0].id == 4);
  CHECK(next[1].id == 5);
  CHECK(t.db().integer("SELECT count(*) FROM pre_keys") == 5);
}

TEST_CASE("a rolled back reservation leaves neither keys nor used ids") {
  TestDatabase t;
  test::SeededRng rng;
  t.add_session("sess_a");
  t.devices.save("sess_a", linked_device(rng));
  t.commit();
  t.pre_keys.reserve("sess_a", 3, rng);
  t.roll_back();
  CHECK(t.pre_keys.reserve("sess_a", 1, rng).front().id == 1);
}

TEST_CASE("pre-keys belong to a device") {
  TestDatabase t;
  test::SeededRng rng;
  t.add_session("sess_a");
  CHECK(code_of([&] { t.pre_keys.reserve("sess_a", 1, rng); }) == ErrorCode::no_credentials);
  t.devices.save("sess_a", linked_device(rng));
  t.pre_keys.reserve("sess_a", 5, rng);
  t.devices.wipe("sess_a");
  t.devices.save("sess_a", linked_device(rng));
  CHECK(t.pre_keys.reserve("sess_a", 1, rng).front().id == 1);  // another device counts anew
}

TEST_CASE("pre-key ids are not used beyond their 24 bits") {
  TestDatabase t;
  test::SeededRng rng;
  t.add_session("sess_a");
  t.devices.save("sess_a", linked_device(rng));
  t.db().run("UPDATE devices SET next_pre_key_id = 16777214");
  auto last = t.pre_keys.reserve("sess_a", 2, rng);
  CHECK(last.back().id == 16777215);
  t.pre_keys.mark_uploaded("sess_a", {16777214, 16777215});
  CHECK(code_of([&] { t.pre_keys.reserve("sess_a", 1, rng); }) == ErrorCode::not_supported);
  CHECK(t.pre_keys.reserve("sess_a", 0, rng).empty());
}

TEST_CASE("the files hold no private key in clear") {
  TestDatabase t;
  crypto::SystemRng rng;
  t.add_session("sess_a");
  stanza::Device device = linked_device(rng);
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
  t.devices.save("sess_a", linked_device(rng));
  auto row = t.db().query("SELECT sealed FROM devices");
  REQUIRE(row->step());
  std::string sealed = to_text(row->blob(0)).substr(0, 64);
  row.reset();
  REQUIRE(file_bytes(t).find(sealed) != std::string::npos);
  t.devices.wipe("sess_a");
  CHECK(file_bytes(t).find(sealed) == std::string::npos);
}

TEST_CASE("events are numbered without gaps and read from a cursor") {
  TestDatabase t;
  CHECK(t.events.last_seq() == 0);
  CHECK(t.events.first_seq() == 0);
  for (int i = 1; i <= 5; ++i) CHECK(t.events.append(event_at(i)) == i);
  CHECK(t.tables().after.newest_event == 5);
  t.commit();
  t.events.append(event_at(6));
  t.roll_back();
  CHECK(t.events.append(event_at(6)) == 6);
  CHECK(t.events.first_seq() == 1);
  auto page = t.events.after(2, 3);
  REQUIRE(page.size() == 3);
  EventRow third = event_at(3);
  CHECK(page[0].seq == 3);
  CHECK(page[0].id == third.id);
  CHECK(page[0].type == third.type);
  CHECK(page[0].session_id == third.session_id);
  CHECK(page[0].time == third.time);
  CHECK(page[0].payload == third.payload);
  CHECK(page[0].expires_at == third.expires_at);
  CHECK(page[2].seq == 5);
  CHECK(t.events.after(6, 10).empty());
}

TEST_CASE("events are retired by number and by age, the oldest first") {
  TestDatabase t;
  for (int i = 1; i <= 10; ++i) t.events.append(event_at(i * 100));
  CHECK(t.events.retire(100, 0, 1000) == 0);
  CHECK(t.events.retire(8, 0, 1000) == 2);
  CHECK(t.events.first_seq() == 3);
  CHECK(t.events.retire(100, 501, 1000) == 3);  // those of 300, 400 and 500
  CHECK(t.events.first_seq() == 6);
  CHECK(t.events.retire(1, 0, 2) == 2);  // in portions
  CHECK(t.events.retire(1, 0, 2) == 2);
  CHECK(t.events.retire(1, 0, 2) == 0);
  CHECK(t.events.first_seq() == 10);
  CHECK(t.events.retire(100, 1'000'000, 1000) == 1);
  CHECK(t.events.first_seq() == 0);
  CHECK(t.events.last_seq() == 10);
  CHECK(t.events.retire(100, 1'000'000, 1000) == 0);
  CHECK(t.events.append(event_at(1)) == 11);  // numbers are never given twice
}

}  // namespace wasphere::store
