#include "daemon/store/sqlite_db.h"

#include <sqlite3.h>

#include "daemon/store/gathering_vfs.h"

namespace wasphere::store {
namespace {

// Longer than any transaction of a tool that looks into the database, shorter than a caller's
// patience.
constexpr int kBusyTimeoutMs = 5000;

// Small allocations that SQLite takes from a pool of its own. Its default is soon used up by as
// many statements as are kept here.
constexpr int kLookasideSize = 1200;
constexpr int kLookasideCount = 400;

ErrorCode error_code(int sqlite_code) {
  switch (sqlite_code & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
      return ErrorCode::storage_corrupt;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOLFS:
    case SQLITE_NOMEM:
      return ErrorCode::storage_unavailable;
    default:
      return ErrorCode::internal;
  }
}

// SQLite counts its memory under a global lock, at each allocation; nobody asks for the count.
// Refused, without harm, once SQLite is in use.
void stop_counting_memory_once() {
  [[maybe_unused]] static const int done = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

[[noreturn]] void raise(sqlite3* db) {
  throw SqliteFailure(sqlite3_extended_errcode(db), sqlite3_errmsg(db));
}

void check(sqlite3* db, int result) {
  if (result != SQLITE_OK) raise(db);
}

}  // namespace

SqliteFailure::SqliteFailure(int code, const std::string& message)
    : StoreFailure(error_code(code), "database: " + message), code_(code) {}

bool SqliteFailure::unique_violated() const {
  return code_ == SQLITE_CONSTRAINT_UNIQUE || code_ == SQLITE_CONSTRAINT_PRIMARYKEY;
}

bool SqliteFailure::foreign_key_violated() const {
  return code_ == SQLITE_CONSTRAINT_FOREIGNKEY;
}

void SqliteCloser::operator()(sqlite3* handle) const {
  sqlite3_close_v2(handle);
}
void SqliteCloser::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Query::~Query() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
  if (!*home_) *home_ = std::move(statement_);
}

bool Query::step() {
  int result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  raise(db_);
}

std::int64_t Query::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string Query::text(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  if (data == nullptr) return to_text(blob(column));  // empty, or no memory
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

Bytes Query::blob(int column) const {
  const auto* data =
      static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_.get(), column));
  auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  if (data == nullptr && sqlite3_errcode(db_) == SQLITE_NOMEM) raise(db_);
  return data == nullptr ? Bytes{} : Bytes(data, data + size);
}

bool Query::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::optional<std::int64_t> Query::optional_integer(int column) const {
  return is_null(column) ? std::nullopt : std::optional(integer(column));
}

void Query::check_bound(int result) {
  check(db_, result);
  ++next_parameter_;
}

void Query::bind_one(std::int64_t value) {
  check_bound(sqlite3_bind_int64(statement_.get(), next_parameter_, value));
}

void Query::bind_one(std::string_view value) {
  const char* data = value.data() == nullptr ? "" : value.data();  // null would bind NULL
  check_bound(sqlite3_bind_text64(statement_.get(), next_parameter_, data, value.size(),
                                  SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Query::bind_one(BytesView value) {
  const void* data = value.data() == nullptr ? static_cast<const void*>("") : value.data();
  check_bound(
      sqlite3_bind_blob64(statement_.get(), next_parameter_, data, value.size(), SQLITE_TRANSIENT));
}

void Query::bind_one(std::nullptr_t) {
  check_bound(sqlite3_bind_null(statement_.get(), next_parameter_));
}

Db::Db(const std::string& path) {
  stop_counting_memory_once();
  sqlite3* raw = nullptr;
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                         SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE;
  int result = sqlite3_open_v2(path.c_str(), &raw, kFlags, gathering_vfs());
  handle_.reset(raw);
  if (raw == nullptr) throw SqliteFailure(result, "out of memory");
  if (result != SQLITE_OK) raise(raw);
  checkpoint_on_close(false);
  check(raw, sqlite3_db_config(raw, SQLITE_DBCONFIG_LOOKASIDE, nullptr, kLookasideSize,
                               kLookasideCount));
  sqlite3_busy_timeout(raw, kBusyTimeoutMs);
  script(
      "PRAGMA foreign_keys = ON;"
      "PRAGMA secure_delete = ON;"
      "PRAGMA trusted_schema = OFF;"
      "PRAGMA cell_size_check = ON;"
      "PRAGMA temp_store = MEMORY;"
      "PRAGMA mmap_size = 0;"
      "PRAGMA cache_size = -2048;"
      "PRAGMA synchronous = FULL");
}

void Db::make_durable() {
  auto mode = query("PRAGMA journal_mode = WAL");
  if (!mode->step() || mode->text(0) != "wal")
    throw StoreFailure(ErrorCode::storage_unavailable,
                       "database: this file system does not support write-ahead logging");
  mode.reset();
  // A log that is overwritten in place, rather than cut and grown again, costs the file system
  // nothing but the pages; and the longer it is, the more often a page is written to it before once
  // to the database.
  script("PRAGMA wal_autocheckpoint = 2000; PRAGMA journal_size_limit = 16777216");
  checkpoint_on_close(true);
}

void Db::checkpoint_on_close(bool on) {
  check(handle_.get(),
        sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, on ? 0 : 1, nullptr));
}

void Db::close() {
  idle_.clear();
  handle_.reset();
}

void Db::limit_pages(std::int64_t pages) {
  constexpr std::int64_t kSqliteMaximum = 0xFFFFFFFE;
  script("PRAGMA max_page_count = " + std::to_string(pages == 0 ? kSqliteMaximum : pages));
}

Db::Cost Db::take_cost() {
  Cost out;
  sqlite3_stmt* statement = sqlite3_next_stmt(handle_.get(), nullptr);
  for (; statement != nullptr; statement = sqlite3_next_stmt(handle_.get(), statement)) {
    constexpr int kReset = 1;
    out.steps += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, kReset);
    out.full_scan += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_FULLSCAN_STEP, kReset);
    out.sorts += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_SORT, kReset);
  }
  return out;
}

void Db::script(const std::string& sql) {
  check(handle_.get(), sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr));
}

std::int64_t Db::integer(const char* sql) {
  auto row = query(sql);
  return row->step() ? row->integer(0) : 0;
}

bool Db::in_transaction() const {
  return sqlite3_get_autocommit(handle_.get()) == 0;
}

std::size_t Db::changes() const {
  return static_cast<std::size_t>(sqlite3_changes64(handle_.get()));
}

std::int64_t Db::last_number() const {
  return sqlite3_last_insert_rowid(handle_.get());
}

StatementHandle Db::prepare(const char* sql) {
  sqlite3_stmt* raw = nullptr;
  check(handle_.get(),
        sqlite3_prepare_v3(handle_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &raw, nullptr));
  return StatementHandle(raw);
}

std::unique_ptr<Query> Db::start(const char* sql) {
  StatementHandle& home = idle_[sql];  // its address stays good: unordered_map moves no nodes
  StatementHandle statement = home ? std::move(home) : prepare(sql);
  return std::unique_ptr<Query>(new Query(handle_.get(), std::move(statement), &home));
}

}  // namespace wasphere::store
