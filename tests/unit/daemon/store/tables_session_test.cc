#include <catch2/catch.hpp>

#include "daemon/store/tables.h"
#include "tests/unit/daemon/store/test_database.h"

namespace wasphere::store {
namespace {

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

}  // namespace wasphere::store
