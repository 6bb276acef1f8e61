#include "daemon/store/group_commit.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <stdexcept>

#include "tests/support/seeded_rng.h"
#include "tests/unit/daemon/store/test_database.h"

namespace wasphere::store {
namespace {

namespace fs = std::filesystem;

// The database as the store thread has it: no transaction of the test's own.
class Fixture : public TestDatabase {
 public:
  explicit Fixture(CommitFault fault = {}) : group(db(), keys(), counted(std::move(fault))) {
    db().run("COMMIT");
  }
  bool has(const std::string& key) {
    return db().query("SELECT 1 FROM meta WHERE key = ?1", key)->step();
  }
  Work put(std::string key) {
    return [this, key = std::move(key)](Tx&) -> wasphere::Status {
      db().run("INSERT INTO meta (key, value) VALUES (?1, 'x')", key);
      return {};
    };
  }
  Work put_and_fail(std::string key) {
    return [first = put(std::move(key))](Tx& tx) -> wasphere::Status {
      WS_CHECK(first(tx));
      return fail(ErrorCode::validation_failed, "not wanted");
    };
  }
  Work fill_the_disk() {
    return [this](Tx&) -> wasphere::Status {
      db().run("INSERT INTO meta (key, value) VALUES ('big', hex(zeroblob(500000)))");
      return {};
    };
  }

  int commits = 0;
  GroupCommit group;

 private:
  CommitFault counted(CommitFault fault) {
    return [this, fault = std::move(fault)](int nth) -> std::optional<Error> {
      ++commits;
      return fault ? fault(nth) : std::nullopt;
    };
  }
};

ErrorCode code_of(const wasphere::Status& status) {
  REQUIRE_FALSE(status);
  return status.error().code;
}

}  // namespace

TEST_CASE("parts that wait share one commit, and one that fails is undone alone") {
  Fixture f;
  auto result = f.group.run({f.put("a"), f.put_and_fail("b"), f.put("c")});
  REQUIRE(result.statuses.size() == 3);
  CHECK(result.statuses[0]);
  CHECK(code_of(result.statuses[1]) == ErrorCode::validation_failed);
  CHECK(result.statuses[2]);
  CHECK(f.commits == 1);
  CHECK(f.has("a"));
  CHECK_FALSE(f.has("b"));
  CHECK(f.has("c"));
}

TEST_CASE("the first parts fail, and what follows is kept in one commit") {
  Fixture f;
  auto result = f.group.run(
      {f.put_and_fail("a"), f.put_and_fail("b"), f.put("c"), f.put_and_fail("d"), f.put("e")});
  for (const int failed : {0, 1, 3})
    CHECK(code_of(result.statuses[failed]) == ErrorCode::validation_failed);
  CHECK(result.statuses[2]);
  CHECK(result.statuses[4]);
  CHECK(f.commits == 1);
  for (const char* undone : {"a", "b", "d"}) CHECK_FALSE(f.has(undone));
  for (const char* kept : {"c", "e"}) CHECK(f.has(kept));
}

TEST_CASE("what a part throws becomes its error and undoes it") {
  Fixture f;
  Work bug = [&](Tx& tx) -> wasphere::Status {
    (void)f.put("a")(tx);
    throw std::logic_error("a bug");
  };
  Work failure = [&](Tx& tx) -> wasphere::Status {
    (void)f.put("b")(tx);
    throw StoreFailure(ErrorCode::key_missing, "no key");
  };
  Work broken_sql = [&](Tx&) -> wasphere::Status {
    f.db().run("INSERT INTO nowhere VALUES (1)");
    return {};
  };
  auto result = f.group.run({bug, failure, broken_sql, f.put("c")});
  CHECK(code_of(result.statuses[0]) == ErrorCode::internal);
  CHECK(result.statuses[0].error().message == "a transaction threw: a bug");
  CHECK(code_of(result.statuses[1]) == ErrorCode::key_missing);
  CHECK(code_of(result.statuses[2]) == ErrorCode::internal);
  CHECK(result.statuses[3]);
  CHECK_FALSE(f.has("a"));
  CHECK_FALSE(f.has("b"));
  CHECK(f.has("c"));
}

TEST_CASE("if the commit fails, every part fails and nothing is kept") {
  Fixture f([](int nth) -> std::optional<Error> {
    if (nth == 1) return Error{ErrorCode::storage_unavailable, "full"};
    return std::nullopt;
  });
  auto result = f.group.run({f.put("a"), f.put_and_fail("b"), f.put("c")});
  CHECK(code_of(result.statuses[0]) == ErrorCode::storage_unavailable);
  CHECK(code_of(result.statuses[1]) == ErrorCode::validation_failed);
  CHECK(code_of(result.statuses[2]) == ErrorCode::storage_unavailable);
  CHECK(result.newest_event == 0);
  CHECK_FALSE(f.has("a"));
  CHECK(f.group.run({f.put("a")}).statuses[0]);  // a full disk passes
  CHECK(f.has("a"));
}

TEST_CASE("a part that fills the disk fails; the store works on") {
  Fixture f;
  f.db().limit_pages(f.db().integer("PRAGMA page_count") + 3);
  auto result = f.group.run({f.put("a"), f.fill_the_disk(), f.put("b"), f.put("c")});
  CHECK(code_of(result.statuses[1]) == ErrorCode::storage_unavailable);
  // SQLite may have dropped the transaction; then what came before is told so, never lost in
  // silence.
  CHECK(result.statuses[0].has_value() == f.has("a"));
  CHECK(result.statuses[2].has_value());
  CHECK(f.has("b"));
  CHECK(f.has("c"));
  CHECK_FALSE(f.has("big"));
  f.db().limit_pages(0);
  CHECK(f.group.run({f.fill_the_disk()}).statuses[0]);
  CHECK(f.has("big"));
}

TEST_CASE("a transaction that was lost fails those before and spares those behind") {
  Fixture f;
  Work lose = [&](Tx&) -> wasphere::Status {
    f.db().run("ROLLBACK");  // as SQLite does by itself on some I/O errors
    return fail(ErrorCode::storage_unavailable, "disk I/O error");
  };
  auto result = f.group.run({f.put("a"), lose, f.put("b")});
  CHECK(code_of(result.statuses[0]) == ErrorCode::storage_unavailable);
  CHECK(result.statuses[0].error().message == "disk I/O error");
  CHECK(code_of(result.statuses[1]) == ErrorCode::storage_unavailable);
  CHECK(result.statuses[2]);
  CHECK_FALSE(f.has("a"));
  CHECK(f.has("b"));
  CHECK(f.commits == 1);
}

TEST_CASE("a transaction that cannot begin fails every part") {
  Fixture f;
  Db other(f.dir() / "state/wasphere.db");
  other.run("BEGIN IMMEDIATE");
  f.db().script("PRAGMA busy_timeout = 1");
  auto result = f.group.run({f.put("a"), f.put("b")});
  CHECK(code_of(result.statuses[0]) == ErrorCode::storage_unavailable);
  CHECK(code_of(result.statuses[1]) == ErrorCode::storage_unavailable);
  other.run("ROLLBACK");
  CHECK(f.group.run({f.put("a")}).statuses[0]);
}

TEST_CASE("the newest committed event is reported, not one that was undone") {
  Fixture f;
  auto append = [](bool keep) -> Work {
    return [keep](Tx& tx) -> wasphere::Status {
      EventRow row;
      row.id = "evt_x";
      row.type = "t";
      tx.events.append(row);
      if (!keep) return fail(ErrorCode::internal, "no");
      return {};
    };
  };
  CHECK(f.group.run({append(true), append(true), append(false)}).newest_event == 2);
  CHECK(f.group.run({f.put("a")}).newest_event == 0);
  CHECK(f.group.run({append(false)}).newest_event == 0);
  CHECK(f.group.run({append(true)}).newest_event == 3);
}

TEST_CASE("a wiped session's key goes with the commit and stays without it") {
  bool failing = false;
  Fixture f([&](int) -> std::optional<Error> {
    if (failing) return Error{ErrorCode::storage_unavailable, "full"};
    return std::nullopt;
  });
  test::SeededRng rng;
  f.add_session("sess_a");
  auto device = stanza::Device::generate(rng);
  Work save = [&](Tx& tx) -> wasphere::Status {
    tx.devices.save("sess_a", device);
    return {};
  };
  Work wipe = [](Tx& tx) -> wasphere::Status {
    tx.devices.wipe("sess_a");
    return {};
  };
  REQUIRE(f.group.run({save}).statuses[0]);
  REQUIRE(fs::exists(f.key_path("sess_a")));

  failing = true;
  CHECK_FALSE(f.group.run({wipe}).statuses[0]);
  CHECK(fs::exists(f.key_path("sess_a")));
  failing = false;

  CHECK(f.group.run({wipe, save}).statuses[1]);  // linked anew before the commit
  CHECK(fs::exists(f.key_path("sess_a")));
  CHECK(f.devices.load("sess_a").value());

  CHECK(f.group.run({wipe}).statuses[0]);
  CHECK_FALSE(fs::exists(f.key_path("sess_a")));
  CHECK(f.db().integer("SELECT count(*) FROM doomed_keys") == 0);
}

TEST_CASE("a key that a crash left behind goes at the next start") {
  Fixture f;
  f.keys().ensure("sess_a");
  f.db().run("INSERT INTO doomed_keys (session_id) VALUES ('sess_a')");
  f.group.destroy_doomed_keys();
  CHECK_FALSE(fs::exists(f.key_path("sess_a")));
  CHECK(f.db().integer("SELECT count(*) FROM doomed_keys") == 0);
}

}  // namespace wasphere::store
