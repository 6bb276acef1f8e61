#include "daemon/store/schema.h"

namespace wasphere::store {

// What belongs to credentials goes with the row in devices, what belongs to the account's history
// with the row in sessions. Tables whose rows are small and found by their whole key are stored by
// that key.
const char* schema_of_messaging() {
  return R"(
CREATE TABLE signed_pre_keys (
  session_id TEXT NOT NULL REFERENCES devices (session_id) ON DELETE CASCADE,
  id INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  signature BLOB NOT NULL,
  kept_at INTEGER NOT NULL,
  PRIMARY KEY (session_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE ratchets (
  session_id TEXT NOT NULL REFERENCES devices (session_id) ON DELETE CASCADE,
  contact TEXT NOT NULL,
  device INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (session_id, contact, device)
) STRICT, WITHOUT ROWID;

CREATE TABLE sender_keys (
  session_id TEXT NOT NULL REFERENCES devices (session_id) ON DELETE CASCADE,
  chat TEXT NOT NULL,
  contact TEXT NOT NULL,
  device INTEGER NOT NULL,
  own INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (session_id, chat, contact, device)
) STRICT, WITHOUT ROWID;
CREATE INDEX sender_keys_contact ON sender_keys (session_id, contact);

CREATE TABLE sender_key_holders (
  session_id TEXT NOT NULL REFERENCES devices (session_id) ON DELETE CASCADE,
  chat TEXT NOT NULL,
  contact TEXT NOT NULL,
  device INTEGER NOT NULL,
  PRIMARY KEY (session_id, chat, contact, device)
) STRICT, WITHOUT ROWID;
CREATE INDEX sender_key_holders_contact ON sender_key_holders (session_id, contact);

CREATE TABLE addresses (
  session_id TEXT NOT NULL REFERENCES devices (session_id) ON DELETE CASCADE,
  phone TEXT NOT NULL,
  lid TEXT NOT NULL,
  PRIMARY KEY (session_id, phone)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX addresses_lid ON addresses (session_id, lid);

CREATE TABLE device_lists (
  session_id TEXT NOT NULL REFERENCES devices (session_id) ON DELETE CASCADE,
  contact TEXT NOT NULL,
  devices TEXT NOT NULL,
  hash TEXT NOT NULL,
  raw_id INTEGER NOT NULL,
  fetched_at INTEGER NOT NULL,
  PRIMARY KEY (session_id, contact)
) STRICT, WITHOUT ROWID;

CREATE TABLE push_names (
  session_id TEXT NOT NULL REFERENCES devices (session_id) ON DELETE CASCADE,
  contact TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (session_id, contact)
) STRICT, WITHOUT ROWID;

CREATE TABLE privacy_tokens (
  session_id TEXT NOT NULL REFERENCES devices (session_id) ON DELETE CASCADE,
  contact TEXT NOT NULL,
  received BLOB NOT NULL,
  received_s INTEGER NOT NULL,
  issued_s INTEGER NOT NULL,
  PRIMARY KEY (session_id, contact)
) STRICT, WITHOUT ROWID;

CREATE TABLE chat_groups (
  session_id TEXT NOT NULL REFERENCES devices (session_id) ON DELETE CASCADE,
  jid TEXT NOT NULL,
  subject TEXT NOT NULL,
  created INTEGER NOT NULL,
  creator TEXT NOT NULL,
  description TEXT NOT NULL,
  mode TEXT NOT NULL,
  announce INTEGER NOT NULL,
  locked INTEGER NOT NULL,
  ephemeral_s INTEGER NOT NULL,
  members TEXT NOT NULL,
  fetched_at INTEGER NOT NULL,
  stale INTEGER NOT NULL,
  PRIMARY KEY (session_id, jid)
) STRICT, WITHOUT ROWID;

CREATE TABLE messages (
  seq INTEGER PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  chat TEXT NOT NULL,
  chat_phone TEXT NOT NULL,
  sender TEXT NOT NULL,
  sender_phone TEXT NOT NULL,
  sender_device TEXT NOT NULL,
  from_me INTEGER NOT NULL,
  offline INTEGER NOT NULL,
  push_name TEXT NOT NULL,
  type TEXT NOT NULL,
  raw_type TEXT NOT NULL,
  text TEXT NOT NULL,
  content TEXT NOT NULL,
  context TEXT NOT NULL,
  ephemeral_s INTEGER NOT NULL,
  source TEXT NOT NULL,
  status TEXT NOT NULL,
  error TEXT NOT NULL,
  error_code INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  time INTEGER NOT NULL,
  queued_at INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  delivered_at INTEGER NOT NULL,
  read_at INTEGER NOT NULL,
  played_at INTEGER NOT NULL,
  edited_at INTEGER NOT NULL,
  revoked_at INTEGER NOT NULL,
  secret BLOB NOT NULL,
  payload BLOB NOT NULL,
  bytes INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX messages_id ON messages (session_id, id, chat, sender);
CREATE INDEX messages_session ON messages (session_id);
CREATE INDEX messages_chat ON messages (session_id, chat);

CREATE TABLE message_totals (
  session_id TEXT PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
  bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE message_receipts (
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  message_id TEXT NOT NULL,
  reader TEXT NOT NULL,
  status TEXT NOT NULL,
  time INTEGER NOT NULL,
  PRIMARY KEY (session_id, message_id, reader, status)
) STRICT, WITHOUT ROWID;

CREATE TABLE message_traces (
  seq INTEGER PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  message_id TEXT NOT NULL,
  time INTEGER NOT NULL,
  step TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX message_traces_message ON message_traces (session_id, message_id);

CREATE TABLE sent_messages (
  seq INTEGER PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  chat TEXT NOT NULL,
  chat_alt TEXT NOT NULL,
  sealed BLOB NOT NULL,
  type TEXT NOT NULL,
  edit TEXT NOT NULL,
  mediatype TEXT NOT NULL,
  poll_type TEXT NOT NULL,
  hide_failure INTEGER NOT NULL,
  recipients TEXT NOT NULL,
  time INTEGER NOT NULL,
  UNIQUE (session_id, id)
) STRICT;

CREATE TABLE retry_counts (
  seq INTEGER PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES devices (session_id) ON DELETE CASCADE,
  message_id TEXT NOT NULL,
  chat TEXT NOT NULL,
  device TEXT NOT NULL,
  incoming INTEGER NOT NULL,
  count INTEGER NOT NULL,
  UNIQUE (session_id, message_id, chat, device, incoming)
) STRICT;

CREATE TABLE retry_base_keys (
  seq INTEGER PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES devices (session_id) ON DELETE CASCADE,
  message_id TEXT NOT NULL,
  device TEXT NOT NULL,
  base_key BLOB NOT NULL,
  UNIQUE (session_id, message_id, device)
) STRICT;

CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  target TEXT NOT NULL,
  chat TEXT NOT NULL,
  type TEXT NOT NULL,
  message BLOB NOT NULL,
  secret BLOB NOT NULL,
  lane TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  typing_ms INTEGER NOT NULL,
  delay_ms INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  queued_at INTEGER NOT NULL,
  job_id TEXT NOT NULL,
  text TEXT NOT NULL,
  scheduled INTEGER NOT NULL,
  UNIQUE (session_id, id)
) STRICT;
CREATE INDEX outbox_lane ON outbox (session_id, state, lane);
CREATE INDEX outbox_chat ON outbox (session_id, chat);
CREATE INDEX outbox_not_before ON outbox (session_id, not_before);
CREATE INDEX outbox_expiry ON outbox (session_id, expires_at);

CREATE TABLE outbox_totals (
  session_id TEXT PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
  rows INTEGER NOT NULL,
  interactive_run INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE send_times (
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  time INTEGER NOT NULL
) STRICT;
CREATE INDEX send_times_session ON send_times (session_id, time);

CREATE TABLE idempotency (
  owner TEXT NOT NULL,
  key TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  message_id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  http_status INTEGER NOT NULL,
  answer TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (owner, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_created ON idempotency (created_at);
)";
}

}  // namespace wasphere::store
