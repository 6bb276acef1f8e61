// Administration: API keys, which go with the session they are bound to, the audit log, settings of
// the whole, and the index that figures of sends are made from.
#include "daemon/store/schema.h"

namespace wasphere::store {

const char* schema_of_administration() {
  return R"(
CREATE TABLE api_keys (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  prefix TEXT NOT NULL UNIQUE,
  hash BLOB NOT NULL,
  old_prefix TEXT,
  old_hash BLOB,
  old_until INTEGER NOT NULL,
  permissions TEXT NOT NULL,
  session_id TEXT REFERENCES sessions (id) ON DELETE CASCADE,
  active INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX api_keys_by_session ON api_keys (session_id);

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  time INTEGER NOT NULL,
  session_id TEXT NOT NULL,
  actor_type TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  actor_prefix TEXT NOT NULL,
  method TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  rpc_method TEXT NOT NULL,
  status_code INTEGER NOT NULL,
  request_hash TEXT NOT NULL,
  address TEXT NOT NULL,
  duration_ms INTEGER NOT NULL,
  request_id TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_time ON audit (time);
CREATE INDEX audit_by_session ON audit (session_id, seq);

CREATE TABLE workspace (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
CREATE INDEX messages_queued ON messages (queued_at) WHERE queued_at > 0;
)";
}

const char* schema_of_kept_answers() {
  return R"(
CREATE TABLE kept_answers (
  owner TEXT NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  status INTEGER NOT NULL,
  sealed_body BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (owner, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX kept_answers_by_time ON kept_answers (created_at);
)";
}

}  // namespace wasphere::store
