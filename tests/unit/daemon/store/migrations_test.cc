#include "daemon/store/migrations.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/support/temp_dir.h"
#include "tests/unit/daemon/store/test_database.h"

namespace wasphere::store {
namespace {

constexpr Migration kSteps[]{
    {"CREATE TABLE a (x INTEGER) STRICT"},
    {"ALTER TABLE a ADD COLUMN y INTEGER; CREATE TABLE b (x TEXT) STRICT;"}};
constexpr Migration kBroken[]{kSteps[0], {"CREATE TABLE b (x TEXT) STRICT; SYNTAX ERROR"}};

FileName backup_in(const test::TempDir& dir) {
  return {AT_FDCWD, dir / "a.db.backup-v", dir / "a.db.backup-v"};
}

Migrated run(Db& db, std::span<const Migration> steps, const test::TempDir& dir) {
  auto done = migrate(db, steps, backup_in(dir));
  REQUIRE(done);
  return *done;
}

}  // namespace

TEST_CASE("an empty database gets the whole schema and no backup") {
  test::TempDir dir;
  Db db(dir / "a.db");
  Migrated done = run(db, kSteps, dir);
  CHECK(done.from == 0);
  CHECK(done.to == 2);
  CHECK(done.backup.empty());
  CHECK(db.run("INSERT INTO a (x, y) VALUES (1, 2)") == 1);
  CHECK(run(db, kSteps, dir).from == 2);  // nothing more to do
}

TEST_CASE("an older database is copied, privately, and brought up to date") {
  test::TempDir dir;
  Db db(dir / "a.db");
  run(db, std::span(kSteps).first(1), dir);
  db.make_durable();
  db.run("INSERT INTO a (x) VALUES (42)");
  dir.write("a.db.backup-v1", "left by an attempt that was cut off");
  Migrated done = run(db, kSteps, dir);
  CHECK(done.from == 1);
  CHECK(done.backup == dir / "a.db.backup-v1");
  CHECK(db.integer("SELECT x FROM a WHERE y IS NULL") == 42);

  struct stat info{};
  REQUIRE(::stat(done.backup.c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0600);
  Db copy(done.backup);
  CHECK(copy.integer("PRAGMA user_version") == 1);
  CHECK(copy.integer("SELECT x FROM a") == 42);
}

TEST_CASE("a step that fails changes nothing") {
  test::TempDir dir;
  Db db(dir / "a.db");
  run(db, std::span(kSteps).first(1), dir);
  CHECK_THROWS_AS(migrate(db, kBroken, backup_in(dir)), StoreFailure);
  CHECK_FALSE(db.in_transaction());
  CHECK(db.integer("PRAGMA user_version") == 1);
  CHECK(db.integer("SELECT count(*) FROM sqlite_master WHERE name = 'b'") == 0);
  CHECK(run(db, kSteps, dir).to == 2);
}

TEST_CASE("a newer schema is refused") {
  test::TempDir dir;
  Db db(dir / "a.db");
  run(db, kSteps, dir);
  auto done = migrate(db, std::span(kSteps).first(1), backup_in(dir));
  REQUIRE_FALSE(done);
  CHECK(done.error().code == ErrorCode::storage_corrupt);
  CHECK(done.error().message.find("newer WaSphere (schema 2, this one knows 1)") !=
        std::string::npos);
  CHECK(done.error().remedy.find("Install the newer version") == 0);
}

TEST_CASE("somebody else's database is refused") {
  test::TempDir dir;
  Db db(dir / "a.db");
  db.run("CREATE TABLE theirs (x INTEGER)");
  auto done = migrate(db, kSteps, backup_in(dir));
  REQUIRE_FALSE(done);
  CHECK(done.error().message == "it is not a database of WaSphere");
  db.script("PRAGMA application_id = 1466000240; PRAGMA user_version = -1");
  CHECK_FALSE(migrate(db, kSteps, backup_in(dir)));
}

TEST_CASE("a database of the first version keeps its rows and gets what came later") {
  test::TempDir dir;
  Db db(dir / "a.db");
  run(db, migrations().first(1), dir);
  db.script(
      "INSERT INTO sessions VALUES ('sess_a', 'support', 'support', '', 1, 2, 1, 20, 0, 1, 1, "
      "'connected', '', '', 1, '+447700900123', 'jid', 'lid', 'name', 1, 2, 3, 0, 0, NULL, 0, "
      "NULL, "
      "'', 0);"
      "INSERT INTO devices VALUES ('sess_a', x'01', 7)");
  Migrated done = run(db, migrations(), dir);
  CHECK(done.from == 1);
  CHECK(done.to == static_cast<int>(migrations().size()));
  CHECK(db.integer("SELECT next_pre_key_id FROM devices WHERE session_id = 'sess_a'") == 7);
  CHECK(db.integer("SELECT rate_limit_per_min FROM sessions") == 20);
  CHECK(db.run("INSERT INTO ratchets VALUES ('sess_a', '1@lid', 0, x'02')") == 1);
  CHECK(db.integer("SELECT count(*) FROM messages_search WHERE messages_search MATCH 'x'") == 0);
  CHECK(db.integer("SELECT count(*) FROM pragma_foreign_key_check") == 0);
  CHECK(db.run("DELETE FROM sessions") == 1);
  CHECK(db.integer("SELECT count(*) FROM ratchets") == 0);
}

TEST_CASE("events and audit rows keep their numbers, and go on from the last one given") {
  test::TempDir dir;
  Db db(dir / "a.db");
  run(db, migrations().first(7), dir);
  const bool emptied = GENERATE(false, true);
  db.script(
      "INSERT INTO events VALUES (41, 'evt_41', 'x', 's', 1, '{}', 0, 'k'),"
      "(42, 'evt_42', 'x', 's', 2, '{}', 0, 'k');"
      "INSERT INTO audit VALUES (7, 'aud_7', 1, 's', 'local', '0', '', 'RPC', 'e', 'm', 200, '', "
      "'', "
      "0, '')");
  if (emptied) db.run("DELETE FROM events");
  run(db, migrations(), dir);
  const StateDir state = expect(StateDir::open(dir / "state"));
  KeyRing keys(state, {});
  Tables tables{db, keys, {}};
  SqliteEventRepo events(tables);
  CHECK(events.last_seq() == 42);
  CHECK(events.first_seq() == (emptied ? 0 : 41));
  EventRow row;
  row.id = "evt_43";
  row.payload = "{}";
  CHECK(events.append(row) == 43);
  CHECK(events.last_seq() == 43);
  CHECK(events.after(42, 10).size() == 1);
  CHECK(db.integer("SELECT seq FROM audit WHERE id = 'aud_7'") == 7);
  CHECK(db.integer("SELECT count(*) FROM sqlite_master WHERE name = 'audit_by_time'") == 0);
}

}  // namespace wasphere::store
