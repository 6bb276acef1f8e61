#include "daemon/store/sqlite_db.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/support/temp_dir.h"

namespace wasphere::store {
namespace {

ErrorCode failure_of(Db& db, const char* sql) {
  try {
    db.run(sql);
  } catch (const StoreFailure& failure) {
    return failure.error().code;
  }
  FAIL("no failure");
  return ErrorCode::internal;
}

}  // namespace

TEST_CASE("values come back as they were bound") {
  test::TempDir dir;
  Db db(dir / "a.db");
  db.run("CREATE TABLE t (i INTEGER, s TEXT, b BLOB, n INTEGER) STRICT");
  Bytes blob{0, 1, 255};
  std::string text("a\0b ☃", 7);
  std::optional<std::int64_t> nothing;
  CHECK(db.run("INSERT INTO t VALUES (?1, ?2, ?3, ?4)", INT64_MIN, text, blob, nothing) == 1);
  CHECK(db.run("INSERT INTO t VALUES (?1, ?2, ?3, ?4)", true, "", Bytes{}, std::optional(7)) == 1);
  auto row = db.query("SELECT i, s, b, n FROM t ORDER BY rowid");
  REQUIRE(row->step());
  CHECK(row->integer(0) == INT64_MIN);
  CHECK(row->text(1) == text);
  CHECK(row->blob(2) == blob);
  CHECK(row->is_null(3));
  CHECK(row->optional_integer(3) == std::nullopt);
  REQUIRE(row->step());
  CHECK(row->flag(0));
  CHECK(row->text(1).empty());
  CHECK_FALSE(row->is_null(1));
  CHECK_FALSE(row->is_null(2));
  CHECK(row->optional_integer(3) == 7);
  CHECK_FALSE(row->step());
}

TEST_CASE("a statement may run again, also while an earlier run is not over") {
  test::TempDir dir;
  Db db(dir / "a.db");
  db.script("CREATE TABLE t (i INTEGER) STRICT; INSERT INTO t VALUES (1), (2), (3)");
  constexpr const char* kSelect = "SELECT i FROM t WHERE i >= ?1 ORDER BY i";
  auto outer = db.query(kSelect, 1);
  REQUIRE(outer->step());
  {
    auto inner = db.query(kSelect, 3);
    REQUIRE(inner->step());
    CHECK(inner->integer(0) == 3);
  }
  REQUIRE(outer->step());
  CHECK(outer->integer(0) == 2);
  outer.reset();
  auto again = db.query(kSelect, 2);
  REQUIRE(again->step());
  CHECK(again->integer(0) == 2);
}

TEST_CASE("constraint failures say which kind they are") {
  test::TempDir dir;
  Db db(dir / "a.db");
  db.script(
      "CREATE TABLE p (id INTEGER PRIMARY KEY) STRICT;"
      "CREATE TABLE c (id INTEGER REFERENCES p (id)) STRICT; INSERT INTO p VALUES (1)");
  try {
    db.run("INSERT INTO p VALUES (1)");
    FAIL("no failure");
  } catch (const SqliteFailure& failure) {
    CHECK(failure.unique_violated());
    CHECK_FALSE(failure.foreign_key_violated());
  }
  try {
    db.run("INSERT INTO c VALUES (2)");
    FAIL("no failure");
  } catch (const SqliteFailure& failure) {
    CHECK(failure.foreign_key_violated());
  }
}

TEST_CASE("a full database is storage_unavailable and works again with more room") {
  test::TempDir dir;
  Db db(dir / "a.db");
  db.run("CREATE TABLE t (b BLOB) STRICT");
  db.limit_pages(3);
  CHECK(failure_of(db, "INSERT INTO t VALUES (zeroblob(100000))") ==
        ErrorCode::storage_unavailable);
  CHECK_FALSE(db.in_transaction());
  db.limit_pages(0);
  CHECK(db.run("INSERT INTO t VALUES (zeroblob(100000))") == 1);
}

TEST_CASE("a file that is no database is storage_corrupt") {
  test::TempDir dir;
  std::string path = dir.write("a.db", std::string(8192, 'x'));
  try {
    Db db(path);
    db.integer("SELECT count(*) FROM sqlite_master");
    FAIL("no failure");
  } catch (const StoreFailure& failure) {
    CHECK(failure.error().code == ErrorCode::storage_corrupt);
  }
  CHECK(test::read_whole(path) == std::string(8192, 'x'));
}

TEST_CASE("a database behind a symbolic link is refused") {
  test::TempDir dir;
  std::filesystem::create_symlink(dir / "elsewhere.db", dir / "a.db");
  CHECK_THROWS_AS(Db(dir / "a.db"), StoreFailure);
  CHECK_FALSE(std::filesystem::exists(dir / "elsewhere.db"));
}

TEST_CASE("the connection is durable, strict and small") {
  test::TempDir dir;
  Db db(dir / "a.db");
  db.make_durable();
  CHECK(db.integer("PRAGMA synchronous") == 2);
  CHECK(db.integer("PRAGMA foreign_keys") == 1);
  CHECK(db.integer("PRAGMA secure_delete") == 1);
  CHECK(db.integer("PRAGMA cache_size") == -2048);
  CHECK(db.integer("PRAGMA mmap_size") == 0);
  CHECK(db.integer("PRAGMA busy_timeout") == 5000);
  auto mode = db.query("PRAGMA journal_mode");
  REQUIRE(mode->step());
  CHECK(mode->text(0) == "wal");
}

}  // namespace wasphere::store
