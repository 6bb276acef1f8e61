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

}  // namespace wasphere::store
