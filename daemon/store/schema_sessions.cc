#include "daemon/store/schema.h"

namespace wasphere::store {

const char* schema_of_sessions() {
  return R"(
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
}

}  // namespace wasphere::store
