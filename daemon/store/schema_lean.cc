#include "daemon/store/schema.h"

namespace wasphere::store {

// Every page that a message touches is written to the log, and again to the database. So what says
// nothing new has none: most messages have no start time, sends of one millisecond are a number,
// the search never asks how long a text is, and when a message was queued and sent is in its row.
const char* schema_of_leaner_messages() {
  return R"(
DROP INDEX outbox_not_before;
CREATE INDEX outbox_not_before ON outbox (session_id, not_before) WHERE not_before > 0;

CREATE TABLE send_times_counted (
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  time INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (session_id, time)
) STRICT, WITHOUT ROWID;
INSERT INTO send_times_counted SELECT session_id, time, count(*) FROM send_times GROUP BY session_id, time;
DROP TABLE send_times;
ALTER TABLE send_times_counted RENAME TO send_times;

DROP TABLE messages_search;
CREATE VIRTUAL TABLE messages_search USING fts5 (
  text,
  content = 'messages',
  content_rowid = 'seq',
  columnsize = 0,
  tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co So'"
);
INSERT INTO messages_search (messages_search) VALUES ('rebuild');

DELETE FROM message_traces WHERE step IN ('queued', 'sent', 'receipt');
)";
}

// SQLite's own table of the numbers that it has given is a page of every commit; the rows
// themselves tell the last one, and event_floor does once all events have been retired. Audit rows
// are retired in the order in which they came. The search takes new messages in by portions. How a
// message first left is kept with what retries need of it.
const char* schema_of_plain_numbers() {
  return R"(
CREATE TABLE event_floor (seq INTEGER NOT NULL) STRICT;
INSERT INTO event_floor
  SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'events';
CREATE TABLE events_plain (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  session_id TEXT NOT NULL,
  time INTEGER NOT NULL,
  payload TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  order_key TEXT NOT NULL
) STRICT;
INSERT INTO events_plain
  SELECT seq, id, type, session_id, time, payload, expires_at, order_key FROM events;
DROP TABLE events;
ALTER TABLE events_plain RENAME TO events;

CREATE TABLE audit_plain (
  seq INTEGER PRIMARY KEY,
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
INSERT INTO audit_plain
  SELECT seq, id, time, session_id, actor_type, actor_id, actor_prefix, method, endpoint,
    rpc_method, status_code, request_hash, address, duration_ms, request_id FROM audit;
DROP TABLE audit;
ALTER TABLE audit_plain RENAME TO audit;
CREATE INDEX audit_by_session ON audit (session_id, seq);

CREATE TABLE search_floor (seq INTEGER NOT NULL) STRICT;
INSERT INTO search_floor SELECT coalesce(max(seq), 0) FROM messages;

ALTER TABLE sent_messages ADD COLUMN sending_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sent_messages ADD COLUMN sending TEXT NOT NULL DEFAULT '';
)";
}

}  // namespace wasphere::store
