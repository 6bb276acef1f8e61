// A database of the real schema in a temporary state directory, with its repositories in one
// transaction.
#pragma once

#include <functional>
#include <stdexcept>

#include "daemon/store/database.h"
#include "daemon/store/tables.h"
#include "daemon/store/tables_messaging.h"
#include "tests/support/temp_dir.h"

namespace wasphere::store {

inline StoreOptions test_options(const test::TempDir& dir) {
  StoreOptions out;
  out.network_stamp = "sandbox:00";
  out.key_file = dir / "state/master.key";
  return out;
}

template <class T>
T expect(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

// What the action throws, which it must.
inline ErrorCode failure_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const StoreFailure& failure) {
    return failure.error().code;
  }
  throw std::logic_error("no StoreFailure");
}

// Opened without a store thread: the test is the store thread.
class TestDatabase {
 public:
  TestDatabase() : state_(expect(StateDir::open(dir_ / "state"))) { begin(); }

  void begin() { db().run("BEGIN IMMEDIATE"); }
  // What a commit does: the next statement works in a new transaction.
  void commit() {
    db().run("COMMIT");
    begin();
  }
  void roll_back() {
    db().run("ROLLBACK");
    begin();
  }
  Db& db() { return *database_.db; }
  KeyRing& keys() { return *database_.keys; }
  Tables& tables() { return tables_; }
  const test::TempDir& dir() const { return dir_; }
  std::string key_path(const std::string& session_id) const {
    return dir_ / "state/sessions/" + session_id + "/key";
  }
  // A session row, which everything else needs.
  void add_session(const std::string& id, const std::string& name = "") {
    SessionRow row;
    row.id = id;
    row.name = name.empty() ? id : name;
    if (!sessions.insert(row)) throw std::runtime_error("session not inserted");
  }

 private:
  test::TempDir dir_;
  StateDir state_;
  Database database_ = expect(open_database(state_, test_options(dir_)));
  Tables tables_{*database_.db, *database_.keys, {}};

 public:
  SqliteSessionRepo sessions{tables_};
  SqliteDeviceRepo devices{tables_};
  SqlitePreKeyRepo pre_keys{tables_};
  SqliteEventRepo events{tables_};
  SqliteSignalRepo signal{tables_};
  SqliteDirectoryRepo directory{tables_};
  SqliteMessageRepo messages{tables_};
  SqliteOutboxRepo outbox{tables_};
};

}  // namespace wasphere::store
