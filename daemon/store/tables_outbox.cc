#include "daemon/store/outbox_columns.h"
#include "daemon/store/outbox_order.h"

namespace wasphere::store {
namespace {

// False if the queue is full.
bool take_place(Db& db, const std::string& session_id, std::int64_t max_depth) {
  db.run(
      "INSERT INTO outbox_totals (session_id, rows, interactive_run) VALUES (?1, 0, 0) "
      "ON CONFLICT DO NOTHING",
      session_id);
  return db.run("UPDATE outbox_totals SET rows = rows + 1 WHERE session_id = ?1 AND rows < ?2",
                session_id, max_depth) != 0;
}

// A row that is taken to be sent counts for the turns of the lanes, once.
void note_turn(Db& db, const std::string& session_id, Lane lane) {
  db.run(
      "UPDATE outbox_totals SET interactive_run = "
      "CASE WHEN ?2 AND interactive_run < ?3 THEN interactive_run + 1 "
      "WHEN ?2 THEN interactive_run ELSE 0 END WHERE session_id = ?1",
      session_id, lane == Lane::interactive, kInteractiveRun);
}

}  // namespace

wasphere::Status SqliteOutboxRepo::enqueue(const OutboxRow& row, std::int64_t max_depth) {
  if (!tables_.keys.find(row.session_id))
    return fail(ErrorCode::no_credentials,
                "session " + row.session_id + " has no credentials to send with");
  if (!take_place(tables_.db, row.session_id, max_depth))
    return fail(ErrorCode::queue_full, "the queue of the session holds " +
                                           std::to_string(max_depth) + " messages already");
  tables_.db.run(
      "INSERT INTO outbox (session_id, id, target, chat, type, message, secret, lane, state, "
      "attempts, typing_ms, delay_ms, not_before, expires_at, queued_at, job_id, text, scheduled) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
      row.session_id, row.id, row.to, chat_key(row), row.type,
      seal_queued(tables_, row, "message", row.message),
      seal_queued(tables_, row, "secret", row.secret), lane_name(row.lane),
      message_status_name(row.state), row.attempts, row.typing_ms, row.delay_ms, row.not_before,
      row.expires_at, row.queued_at, row.job_id, row.text, row.not_before > row.queued_at);
  return {};
}

void SqliteOutboxRepo::update(const OutboxRow& row) {
  tables_.db.run(
      "UPDATE outbox SET state = ?3, attempts = ?4, typing_ms = ?5, delay_ms = ?6, "
      "not_before = ?7, expires_at = ?8, target = ?9 WHERE session_id = ?1 AND id = ?2",
      row.session_id, row.id, message_status_name(row.state), row.attempts, row.typing_ms,
      row.delay_ms, row.not_before, row.expires_at, row.to);
}

void SqliteOutboxRepo::take(const OutboxRow& row) {
  const int attempts = row.attempts + 1;
  tables_.db.run(
      "UPDATE outbox SET state = 'sending', attempts = ?2, not_before = 0 WHERE seq = ?1", row.row,
      attempts);
  tables_.db.run(
      "UPDATE messages SET attempts = ?3, "
      "status = CASE status WHEN 'queued' THEN 'sending' ELSE status END "
      "WHERE seq = (SELECT max(seq) FROM messages " WS_BY_INDEX(
          "messages_id") "WHERE session_id = ?1 AND id = ?2 AND from_me = 1)",
      row.session_id, row.id, attempts);
  if (row.state == MessageStatus::queued) note_turn(tables_.db, row.session_id, row.lane);
}

void SqliteOutboxRepo::remove(const std::string& session_id, const std::string& id) {
  if (tables_.db.run("DELETE FROM outbox WHERE session_id = ?1 AND id = ?2", session_id, id) != 0)
    tables_.db.run("UPDATE outbox_totals SET rows = rows - 1 WHERE session_id = ?1", session_id);
}

std::string SqliteOutboxRepo::chat_key(const OutboxRow& row) {
  auto jid = wire::Jid::parse(row.to);
  if (!jid) return row.to;
  return SqliteDirectoryRepo(tables_).canonical(row.session_id, *jid).without_device().to_string();
}

void SqliteOutboxRepo::note_send(const std::string& session_id, std::int64_t time_ms) {
  tables_.db.run(
      "INSERT INTO send_times (session_id, time, count) VALUES (?1, ?2, 1) "
      "ON CONFLICT DO UPDATE SET count = send_times.count + 1",
      session_id, time_ms);
}

std::vector<std::int64_t> SqliteOutboxRepo::sends_since(const std::string& session_id,
                                                        std::int64_t since) {
  tables_.db.run("DELETE FROM send_times WHERE session_id = ?1 AND time < ?2", session_id, since);
  auto row = tables_.db.query(
      "SELECT time, count FROM send_times WHERE session_id = ?1 ORDER BY time", session_id);
  std::vector<std::int64_t> out;
  while (row->step())
    out.insert(out.end(), static_cast<std::size_t>(row->integer(1)), row->integer(0));
  return out;
}

std::optional<IdempotencyRow> SqliteOutboxRepo::idempotency(const std::string& owner,
                                                            const std::string& key) {
  auto row = tables_.db.query(
      "SELECT body_hash, message_id, session_id, http_status, answer, created_at "
      "FROM idempotency WHERE owner = ?1 AND key = ?2",
      owner, key);
  if (!row->step()) return std::nullopt;
  return IdempotencyRow{owner,        key,
                        row->text(0), row->text(1),
                        row->text(2), static_cast<int>(row->integer(3)),
                        row->text(4), row->integer(5)};
}

void SqliteOutboxRepo::save_idempotency(const IdempotencyRow& row) {
  tables_.db.run(
      "INSERT INTO idempotency (owner, key, body_hash, message_id, session_id, http_status, "
      "answer, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
      "ON CONFLICT (owner, key) DO UPDATE SET body_hash = excluded.body_hash, "
      "message_id = excluded.message_id, session_id = excluded.session_id, "
      "http_status = excluded.http_status, answer = excluded.answer, "
      "created_at = excluded.created_at",
      row.owner, row.key, row.body_hash, row.message_id, row.session_id, row.http_status,
      row.answer, row.created_at);
}

void SqliteOutboxRepo::retire_idempotency(std::int64_t older_than) {
  tables_.db.run("DELETE FROM idempotency WHERE created_at < ?1", older_than);
}

}  // namespace wasphere::store
