// What was committed is whole for everybody else at that moment, however it got there.
#include "daemon/store/gathering_vfs.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "daemon/store/sqlite_db.h"
#include "tests/support/temp_dir.h"

namespace wasphere::store {
namespace {

constexpr std::int64_t kMany = 3000;  // rows of a kilobyte: more than the page cache holds

struct World {
  World() {
    db.make_durable();
    db.script("CREATE TABLE t (i INTEGER PRIMARY KEY, s TEXT NOT NULL) STRICT");
  }
  void insert(std::int64_t from, std::int64_t count) {
    for (std::int64_t i = from; i < from + count; ++i)
      db.run("INSERT INTO t VALUES (?1, ?2)", i, std::string(1000, 'x'));
  }
  // Of the files as a crash at this moment would leave them.
  std::int64_t rows_after_crash() {
    const test::TempDir other;
    for (const char* name : {"a.db", "a.db-wal"})
      std::filesystem::copy_file(dir / name, other / name);
    Db copy(other / "a.db");
    CHECK(copy.query("PRAGMA integrity_check")->step());
    return copy.integer("SELECT count(*) FROM t");
  }

  test::TempDir dir;
  Db db{dir / "a.db"};
};

// How often this process has called the system to write.
std::int64_t writes() {
  std::ifstream file("/proc/self/io");
  std::string name;
  std::int64_t value = 0;
  while (file >> name >> value)
    if (name == "syscw:") return value;
  return -1;
}

TEST_CASE("a commit is in the files when it is done") {
  World world;
  world.insert(0, 1);
  CHECK(world.rows_after_crash() == 1);
  world.db.script("BEGIN");
  world.insert(1, 5);
  CHECK(world.rows_after_crash() == 1);
  world.db.script("COMMIT");
  CHECK(world.rows_after_crash() == 6);
}

TEST_CASE("a transaction that is larger than memory for it is whole or nothing") {
  World world;
  world.db.script("BEGIN");
  world.insert(0, kMany);
  CHECK(world.db.integer("SELECT count(*) FROM t") == kMany);
  CHECK(world.rows_after_crash() == 0);
  SECTION("committed") {
    world.db.script("COMMIT");
    CHECK(world.rows_after_crash() == kMany);
  }
  SECTION("undone") {
    world.db.script("ROLLBACK");
    world.insert(0, 1);
    CHECK(world.rows_after_crash() == 1);
  }
}

TEST_CASE("what a savepoint undoes after it was written to the log is gone") {
  World world;
  world.db.script("BEGIN");
  world.insert(0, kMany);
  world.db.script("SAVEPOINT part");
  world.insert(kMany, kMany);
  world.db.script("DELETE FROM t WHERE i < 10; ROLLBACK TO part; RELEASE part");
  world.insert(kMany, 1);
  world.db.script("COMMIT");
  CHECK(world.rows_after_crash() == kMany + 1);
  CHECK(world.db.integer("SELECT count(*) FROM t WHERE i < 10") == 10);
}

TEST_CASE("another connection sees each commit at once") {
  World world;
  Db other(world.dir / "a.db");
  for (std::int64_t i = 0; i < 20; ++i) {
    world.insert(i, 1);
    CHECK(other.integer("SELECT count(*) FROM t") == i + 1);
  }
}

TEST_CASE("the log is taken over into the database, and begun anew") {
  World world;
  for (std::int64_t i = 0; i < 10; ++i) {
    world.insert(i * 100, 100);
    world.db.integer("PRAGMA wal_checkpoint(TRUNCATE)");
    CHECK(world.rows_after_crash() == (i + 1) * 100);
  }
}

TEST_CASE("a commit of many pages is one write") {
  World world;
  world.db.script("BEGIN");
  world.insert(0, 60);
  const std::int64_t before = writes();
  world.db.script("COMMIT");
  CHECK(writes() - before == 1);
}

}  // namespace
}  // namespace wasphere::store
