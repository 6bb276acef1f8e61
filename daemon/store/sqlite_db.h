// One SQLite connection and its statements. Used by one thread at a time; every failure is thrown
// as SqliteFailure.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/util/bytes.h"
#include "daemon/store/failure.h"

struct sqlite3;
struct sqlite3_stmt;

// Which index a query goes by, where SQLite, which keeps no statistics here, would choose a worse
// one. Elsewhere this is nothing.
#define WS_BY_INDEX(name) " INDEXED BY " name " "

namespace wasphere::store {

class SqliteFailure : public StoreFailure {
 public:
  SqliteFailure(int code, const std::string& message);
  int code() const { return code_; }  // extended result code
  bool unique_violated() const;       // also of a primary key
  bool foreign_key_violated() const;

 private:
  int code_;
};

struct SqliteCloser {
  void operator()(sqlite3* handle) const;
  void operator()(sqlite3_stmt* statement) const;
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, SqliteCloser>;

// One execution of a prepared statement, which goes back to its database's cache afterwards.
// Columns count from 0 and may be read after a step() that said true. Must not outlive the Db.
class Query {
 public:
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query();

  bool step();  // false: no further row
  std::int64_t integer(int column) const;
  bool flag(int column) const { return integer(column) != 0; }
  std::string text(int column) const;
  Bytes blob(int column) const;
  bool is_null(int column) const;
  std::optional<std::int64_t> optional_integer(int column) const;

 private:
  friend class Db;
  Query(sqlite3* db, StatementHandle statement, StatementHandle* home)
      : db_(db), statement_(std::move(statement)), home_(home) {}

  void bind_one(std::int64_t value);
  void bind_one(std::string_view value);
  void bind_one(BytesView value);
  void bind_one(std::nullptr_t);
  template <std::integral T>
  void bind_one(T value) {
    bind_one(static_cast<std::int64_t>(value));
  }
  template <class T>
  void bind_one(const std::optional<T>& value) {
    value ? bind_one(*value) : bind_one(nullptr);
  }
  void check_bound(int result);

  sqlite3* db_;
  StatementHandle statement_;
  StatementHandle* home_;
  int next_parameter_ = 1;
};

class Db {
 public:
  // Opens or creates the file, which must not be reached through symbolic links. Writes nothing,
  // and closing leaves the files as they are (a database may be found damaged) until
  // make_durable().
  explicit Db(const std::string& path);
  Db(const Db&) = delete;
  Db& operator=(const Db&) = delete;

  // A statement with its parameters bound in order. `sql` is a literal: statements are kept by
  // address.
  template <class... Args>
  std::unique_ptr<Query> query(const char* sql, const Args&... args) {
    auto out = start(sql);
    (out->bind_one(args), ...);
    return out;
  }
  // Runs a statement to its end and says how many rows it changed.
  template <class... Args>
  std::size_t run(const char* sql, const Args&... args) {
    auto statement = query(sql, args...);
    while (statement->step()) {
    }
    return changes();
  }
  // Runs an INSERT of one row and says its number; 0 if a conflict left it out. A RETURNING clause
  // says the same at the price of a temporary table.
  template <class... Args>
  std::int64_t insert(const char* sql, const Args&... args) {
    return run(sql, args...) == 0 ? 0 : last_number();
  }
  // Any number of statements without parameters; not kept.
  void script(const std::string& sql);

  std::int64_t integer(const char* sql);  // the first column of the only row
  bool in_transaction() const;
  // Turns on write-ahead logging, once the caller has seen that the file is a sound database of
  // ours.
  void make_durable();
  void limit_pages(std::int64_t pages);  // 0: no limit
  // For tests: what all statements cost since the last call.
  struct Cost {
    std::int64_t steps = 0;      // of SQLite's machine
    std::int64_t full_scan = 0;  // rows read without an index
    std::int64_t sorts = 0;
  };
  Cost take_cost();
  // Nothing may be asked of it any more, and no Query may live.
  void close();

 private:
  std::unique_ptr<Query> start(const char* sql);
  StatementHandle prepare(const char* sql);
  void checkpoint_on_close(bool on);
  std::size_t changes() const;
  std::int64_t last_number() const;

  std::unique_ptr<sqlite3, SqliteCloser> handle_;
  std::unordered_map<const char*, StatementHandle> idle_;
};

}  // namespace wasphere::store
