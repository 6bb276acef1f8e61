#include "daemon/store/migrations.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace wasphere::store {
namespace {

constexpr std::int64_t kApplicationId = 0x57615370;  // "WaSp"

// Column types and constructs are kept to what PostgreSQL has under the same or an obvious name.
constexpr const char* kVersion1 = R"(
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  folded_name TEXT NOT NULL UNIQUE,
  description TEXT NOT NULL,
  msg_delay_min_ms INTEGER NOT NULL,
  msg_delay_max_ms INTEGER NOT NULL,
  typing_simulation INTEGER NOT NULL,
  rate_limit_per_min INTEGER NOT NULL,
  auto_read_on_receive INTEGER NOT NULL,
  receive_enabled INTEGER NOT NULL,
  desired_up INTEGER NOT NULL,
  status TEXT NOT NULL,
  status_detail TEXT NOT NULL,
  status_reason TEXT NOT NULL,
  linked INTEGER NOT NULL,
  phone_number TEXT NOT NULL,
  jid TEXT NOT NULL,
  lid TEXT NOT NULL,
  push_name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  connected_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  reconnect_attempt INTEGER NOT NULL,
  next_attempt_at INTEGER NOT NULL,
  ban_kind TEXT,
  ban_code INTEGER NOT NULL,
  ban_expires_at INTEGER,
  ban_message TEXT NOT NULL,
  queue_held INTEGER NOT NULL
) STRICT;

CREATE TABLE session_leases (
  session_id TEXT PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
  node TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE devices (
  session_id TEXT PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
  sealed BLOB NOT NULL,
  next_pre_key_id INTEGER NOT NULL
) STRICT;

CREATE TABLE pre_keys (
  session_id TEXT NOT NULL REFERENCES devices (session_id) ON DELETE CASCADE,
  id INTEGER NOT NULL,
  public_key BLOB NOT NULL,
  sealed BLOB NOT NULL,
  uploaded INTEGER NOT NULL,
  PRIMARY KEY (session_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE doomed_keys (
  session_id TEXT PRIMARY KEY
) STRICT;

CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  session_id TEXT NOT NULL,
  time INTEGER NOT NULL,
  payload TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
)";

// Signed pre-keys that were rotated away.
constexpr const char* kVersion2 = R"(
CREATE TABLE signed_pre_keys (
  session_id TEXT NOT NULL REFERENCES devices (session_id) ON DELETE CASCADE,
  id INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  signature BLOB NOT NULL,
  kept_at INTEGER NOT NULL,
  PRIMARY KEY (session_id, id)
) STRICT, WITHOUT ROWID;
)";

// Webhooks: what each is owed, in the order of its lanes.
constexpr const char* kWebhooks = R"(
ALTER TABLE events ADD COLUMN order_key TEXT NOT NULL DEFAULT '';

CREATE TABLE webhooks (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  events TEXT NOT NULL,
  session_ids TEXT NOT NULL,
  active INTEGER NOT NULL,
  buffer_when_inactive INTEGER NOT NULL,
  retry_max INTEGER NOT NULL,
  failure_count INTEGER NOT NULL,
  failing_since INTEGER NOT NULL,
  disabled_reason TEXT NOT NULL,
  cursor INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  last_delivered_at INTEGER NOT NULL,
  last_failed_at INTEGER NOT NULL,
  sealed_secret BLOB NOT NULL,
  sealed_previous BLOB,
  previous_until INTEGER NOT NULL
) STRICT;

CREATE TABLE webhook_deliveries (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  webhook_id TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
  event_id TEXT NOT NULL,
  event TEXT NOT NULL,
  session_id TEXT NOT NULL,
  order_key TEXT NOT NULL,
  status TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  last_status_code INTEGER NOT NULL,
  last_error TEXT NOT NULL,
  next_attempt_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  finished_at INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX webhook_deliveries_listed ON webhook_deliveries (webhook_id, seq);
CREATE INDEX webhook_deliveries_by_status ON webhook_deliveries (webhook_id, status, seq);
CREATE INDEX webhook_deliveries_finished ON webhook_deliveries (status, finished_at)
  WHERE finished_at > 0;
CREATE INDEX webhook_deliveries_open ON webhook_deliveries (webhook_id, session_id, order_key, seq)
  WHERE status IN ('pending', 'retrying');

CREATE TABLE webhook_lanes (
  webhook_id TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
  session_id TEXT NOT NULL,
  order_key TEXT NOT NULL,
  head_seq INTEGER NOT NULL,
  next_attempt_at INTEGER NOT NULL,
  PRIMARY KEY (webhook_id, session_id, order_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_lanes_due ON webhook_lanes (webhook_id, next_attempt_at, head_seq);
)";

constexpr std::array kMigrations{Migration{kVersion1}, Migration{kVersion2}, Migration{kWebhooks}};

// SQLite fills an empty file that is there already, and keeps its mode.
wasphere::Status back_up(Db& db, const FileName& file) {
  if (::unlinkat(file.directory, file.name.c_str(), 0) != 0 && errno != ENOENT)
    return fail(system_error(errno, "cannot replace " + file.shown));
  WS_CHECK(create_private(file, {}));
  db.run("VACUUM INTO ?1", file.shown);
  Fd copy(::openat(file.directory, file.name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (copy.open() && ::fsync(copy.get()) == 0) return {};
  return fail(system_error(errno, "cannot write " + file.shown));
}

wasphere::Status check_ours(Db& db, int version, int newest) {
  std::int64_t application = db.integer("PRAGMA application_id");
  bool has_tables = db.integer("SELECT count(*) FROM sqlite_master") != 0;
  bool strange = application != kApplicationId && (has_tables || version != 0);
  if (strange || version < 0)
    return fail(ErrorCode::storage_corrupt, "it is not a database of WaSphere");
  if (version <= newest) return {};
  Error error{ErrorCode::storage_corrupt, "it was written by a newer WaSphere (schema " +
                                              std::to_string(version) + ", this one knows " +
                                              std::to_string(newest) + ")"};
  error.remedy = "Install the newer version again, or restore the backup made before the upgrade.";
  return fail(std::move(error));
}

void apply(Db& db, std::span<const Migration> steps, int from) {
  std::string script = "BEGIN IMMEDIATE;";
  for (const Migration& step : steps.subspan(static_cast<std::size_t>(from)))
    script += std::string(step.sql) + ";";
  script += "PRAGMA application_id = " + std::to_string(kApplicationId) + ";";
  script += "PRAGMA user_version = " + std::to_string(steps.size()) + ";COMMIT";
  try {
    db.script(script);
  } catch (const StoreFailure&) {
    if (db.in_transaction()) db.script("ROLLBACK");
    throw;
  }
}

}  // namespace

std::span<const Migration> migrations() {
  return kMigrations;
}

Result<Migrated> migrate(Db& db, std::span<const Migration> steps, const FileName& backup) {
  Migrated out;
  out.from = static_cast<int>(db.integer("PRAGMA user_version"));
  out.to = static_cast<int>(steps.size());
  WS_CHECK(check_ours(db, out.from, out.to));
  if (out.from == out.to) return out;
  if (out.from > 0) {
    FileName file = backup;
    file.name += std::to_string(out.from);
    file.shown += std::to_string(out.from);
    WS_CHECK(back_up(db, file));
    out.backup = file.shown;
  }
  apply(db, steps, out.from);
  return out;
}

}  // namespace wasphere::store
