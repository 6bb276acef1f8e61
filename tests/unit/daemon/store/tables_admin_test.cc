#include "daemon/store/tables_admin.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "tests/unit/daemon/store/test_database.h"

namespace wasphere::store {
namespace {

ApiKeyRow key_row(const std::string& id, const std::string& prefix) {
  ApiKeyRow row;
  row.id = id;
  row.name = "app";
  row.secret = {prefix, Bytes(32, 7)};
  row.permissions = {"messages:send", "sessions:read"};
  row.created_at = 5;
  return row;
}

AuditRow audit_row(const std::string& id, std::int64_t time, const std::string& session) {
  AuditRow row;
  row.id = id;
  row.time = time;
  row.session_id = session;
  row.actor_type = "api_key";
  row.actor_id = "key_1";
  row.method = "POST";
  row.endpoint = "/api/sessions";
  row.status_code = 201;
  return row;
}

}  // namespace

TEST_CASE("a key comes back as it was saved, and changed", "[tables_admin]") {
  TestDatabase base;
  base.add_session("sess_a");
  SqliteApiKeyRepo keys(base.tables());
  ApiKeyRow row = key_row("key_1", "wsk_aaaaaaaaaaaa");
  row.session_id = "sess_a";
  row.expires_at = 99;
  REQUIRE(keys.save(row));
  row.old_secret = row.secret;
  row.old_secret_until = 77;
  row.secret = {"wsk_bbbbbbbbbbbb", Bytes(32, 8)};
  row.active = false;
  REQUIRE(keys.save(row));
  keys.note_use("key_1", 123);

  const auto all = keys.all();
  REQUIRE(all.size() == 1);
  CHECK(all[0].secret.prefix == "wsk_bbbbbbbbbbbb");
  CHECK(all[0].secret.hash == Bytes(32, 8));
  REQUIRE(all[0].old_secret);
  CHECK(all[0].old_secret->prefix == "wsk_aaaaaaaaaaaa");
  CHECK(all[0].old_secret_until == 77);
  CHECK(all[0].permissions == row.permissions);
  CHECK(all[0].session_id == "sess_a");
  CHECK(!all[0].active);
  CHECK(all[0].last_used_at == 123);
  CHECK(all[0].expires_at == 99);
  CHECK(keys.remove("key_1"));
  CHECK(!keys.remove("key_1"));
}

TEST_CASE("two keys cannot begin alike, and a session that is not there binds none",
          "[tables_admin]") {
  TestDatabase base;
  SqliteApiKeyRepo keys(base.tables());
  REQUIRE(keys.save(key_row("key_1", "wsk_aaaaaaaaaaaa")));
  auto same = keys.save(key_row("key_2", "wsk_aaaaaaaaaaaa"));
  REQUIRE(!same);
  CHECK(same.error().code == ErrorCode::conflict);
  ApiKeyRow orphan = key_row("key_3", "wsk_cccccccccccc");
  orphan.session_id = "sess_gone";
  auto unknown = keys.save(orphan);
  REQUIRE(!unknown);
  CHECK(unknown.error().code == ErrorCode::session_not_found);
}

TEST_CASE("keys go with the session that they are bound to", "[tables_admin]") {
  TestDatabase base;
  base.add_session("sess_a");
  SqliteApiKeyRepo keys(base.tables());
  ApiKeyRow bound = key_row("key_1", "wsk_aaaaaaaaaaaa");
  bound.session_id = "sess_a";
  REQUIRE(keys.save(bound));
  REQUIRE(keys.save(key_row("key_2", "wsk_bbbbbbbbbbbb")));
  base.sessions.remove("sess_a");
  const auto left = keys.all();
  REQUIRE(left.size() == 1);
  CHECK(left[0].id == "key_2");
}

TEST_CASE("an answer is kept, replaced, forgotten and retired, sealed all the while",
          "[tables_admin]") {
  TestDatabase base;
  SqliteApiKeyRepo keys(base.tables());
  REQUIRE(keys.save(key_row("key_1", "wsk_aaaaaaaaaaaa")));
  CHECK(!keys.kept_answer("key_1", "k"));
  keys.keep_answer({"key_1", "k", "hash", 0, "", 5});
  CHECK(keys.kept_answer("key_1", "k")->status == 0);
  keys.keep_answer({"key_1", "k", "hash", 201, "a secret that is shown once", 6});
  const auto kept = keys.kept_answer("key_1", "k");
  REQUIRE(kept);
  CHECK(kept->request_hash == "hash");
  CHECK(kept->body == "a secret that is shown once");
  CHECK(base.tables().db.integer("SELECT count(*) FROM kept_answers WHERE "
                                 "instr(sealed_body, CAST('secret' AS BLOB)) > 0") == 0);
  keys.forget_answer("key_1", "k");
  CHECK(!keys.kept_answer("key_1", "k"));
  for (int i = 0; i < 3; ++i) keys.keep_answer({"key_1", std::to_string(i), "hash", 201, "", i});
  CHECK(keys.retire_answers(2, 1) == 1);
  CHECK(keys.retire_answers(2, 100) == 1);
  CHECK(keys.kept_answer("key_1", "2"));
}

TEST_CASE("the audit log is read newest first, filtered and in pages", "[tables_admin]") {
  TestDatabase base;
  SqliteAuditRepo audit(base.tables());
  for (int i = 0; i < 5; ++i)
    audit.append(audit_row("aud_" + std::to_string(i), 100 + i, i % 2 == 0 ? "sess_a" : "sess_b"));

  const AuditPage first = audit.page({}, 0, 2);
  CHECK(first.total == 5);
  REQUIRE(first.rows.size() == 2);
  CHECK(first.rows[0].id == "aud_4");
  CHECK(first.rows[1].id == "aud_3");
  AuditFilter filter;
  filter.session_id = "sess_b";
  filter.from = 102;
  filter.to = 104;
  filter.status_code = 201;
  const AuditPage some = audit.page(filter, 0, 10);
  CHECK(some.total == 1);
  REQUIRE(some.rows.size() == 1);
  CHECK(some.rows[0].id == "aud_3");
  filter.method = "DELETE";
  CHECK(audit.page(filter, 0, 10).rows.empty());
}

TEST_CASE("old audit rows are retired by age", "[tables_admin]") {
  TestDatabase base;
  SqliteAuditRepo audit(base.tables());
  for (int i = 0; i < 5; ++i) audit.append(audit_row("aud_" + std::to_string(i), 100 + i, ""));
  CHECK(audit.retire(103, 2) == 2);
  CHECK(audit.retire(103, 2) == 1);
  CHECK(audit.retire(103, 2) == 0);
  CHECK(audit.page({}, 0, 10).total == 2);
}

TEST_CASE("the pepper is made once, private, and missed when there are keys", "[tables_admin]") {
  test::TempDir dir;
  const StoreOptions options = test_options(dir);
  const std::string path = dir / "state/api.pepper";
  StateDir state = expect(StateDir::open(dir / "state"));
  ByteArray<32> first{};
  {
    Database base = expect(open_database(state, options));
    first = base.pepper.array();
    CHECK(std::filesystem::status(path).permissions() ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  }
  {
    Database base = expect(open_database(state, options));
    CHECK(base.pepper.array() == first);
    Tables tables{*base.db, *base.keys, {}};
    REQUIRE(SqliteApiKeyRepo(tables).save(key_row("key_1", "wsk_aaaaaaaaaaaa")));
  }
  std::filesystem::remove(path);
  auto without = open_database(state, options);
  REQUIRE(!without);
  CHECK(without.error().code == ErrorCode::key_missing);
}

}  // namespace wasphere::store
