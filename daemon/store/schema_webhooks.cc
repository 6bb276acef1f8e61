#include "daemon/store/schema.h"

namespace wasphere::store {

const char* schema_of_webhooks() {
  return R"(
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
}

}  // namespace wasphere::store
