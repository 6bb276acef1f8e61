#include "daemon/store/message_columns.h"
#include "daemon/store/message_search.h"
#include "daemon/store/sealing.h"

namespace wasphere::store {
namespace {

// What a row costs beside its variable parts: its fixed columns, indexes, receipts.
constexpr std::int64_t kRowOverhead = 400;

std::string sealed_context(const MessageRow& row, std::string_view column) {
  return seal_context("messages", row.session_id, std::string(column) + ' ' + row.id);
}

std::int64_t size_of(const MessageRow& row) {
  return kRowOverhead + static_cast<std::int64_t>(row.text.size() + row.content.size() +
                                                  row.context.size() + row.payload.size());
}

void add_bytes(Db& db, const std::string& session_id, std::int64_t bytes) {
  db.run(
      "INSERT INTO message_totals (session_id, bytes) VALUES (?1, ?2) "
      "ON CONFLICT (session_id) DO UPDATE SET bytes = message_totals.bytes + excluded.bytes",
      session_id, bytes);
}

// The time that a status has, if it has one; `sent` is also the message's own from then on.
void set_status(MessageRow& row, MessageStatus status, std::int64_t time_ms) {
  row.status = status;
  if (status == MessageStatus::sent) row.time = row.sent_at = time_ms;
  if (status == MessageStatus::delivered) row.delivered_at = time_ms;
  if (status == MessageStatus::read) row.read_at = time_ms;
  if (status == MessageStatus::played) row.played_at = time_ms;
}

void save_status(Db& db, const MessageRow& row) {
  db.run(
      "UPDATE messages SET status = ?2, error = ?3, error_code = ?4, time = ?5, sent_at = ?6, "
      "delivered_at = ?7, read_at = ?8, played_at = ?9 WHERE seq = ?1",
      row.row, message_status_name(row.status), row.error, row.error_code, row.time, row.sent_at,
      row.delivered_at, row.read_at, row.played_at);
}

std::optional<MessageRow> read_one(Query& row) {
  if (!row.step()) return std::nullopt;
  auto out = read_message(row);
  out.secret.clear();
  out.payload.clear();
  return out;
}

std::optional<MessageRow> newest_own(Db& db, const std::string& session_id, const std::string& id) {
  return read_one(*db.query(WS_NEWEST_MESSAGE("AND from_me = 1"), session_id, id));
}

}  // namespace

MessageStatus read_message_status(const Query& row, int column) {
  auto status = message_status_from_name(row.text(column));
  if (status) return *status;
  throw StoreFailure(ErrorCode::storage_corrupt, "a message has no known status");
}

MessageRow read_message(const Query& row) {
  MessageRow out;
  out.row = row.integer(0);
  out.session_id = row.text(1);
  out.id = row.text(2);
  out.chat = row.text(3);
  out.chat_phone = row.text(4);
  out.sender = row.text(5);
  out.sender_phone = row.text(6);
  out.sender_device = row.text(7);
  out.from_me = row.flag(8);
  out.offline = row.flag(9);
  out.push_name = row.text(10);
  out.type = row.text(11);
  out.raw_type = row.text(12);
  out.text = row.text(13);
  out.content = row.text(14);
  out.context = row.text(15);
  out.ephemeral_s = row.integer(16);
  out.source = row.text(17);
  out.status = read_message_status(row, 18);
  out.error = row.text(19);
  out.error_code = static_cast<int>(row.integer(20));
  out.attempts = static_cast<int>(row.integer(21));
  out.time = row.integer(22);
  out.queued_at = row.integer(23);
  out.sent_at = row.integer(24);
  out.delivered_at = row.integer(25);
  out.read_at = row.integer(26);
  out.played_at = row.integer(27);
  out.edited_at = row.integer(28);
  out.revoked_at = row.integer(29);
  out.secret = row.blob(30);
  out.payload = row.blob(31);
  return out;
}

MessageRow unsealed(Tables& tables, MessageRow row) {
  row.secret =
      open_optional(tables.keys, row.session_id, row.secret, sealed_context(row, "secret"));
  row.payload =
      open_optional(tables.keys, row.session_id, row.payload, sealed_context(row, "payload"));
  return row;
}

bool SqliteMessageRepo::insert(const MessageRow& row) {
  const std::int64_t seq = tables_.db.insert(
      "INSERT INTO messages (session_id, id, chat, chat_phone, sender, sender_phone, "
      "sender_device, from_me, offline, push_name, type, raw_type, text, content, context, "
      "ephemeral_s, source, status, error, error_code, attempts, time, queued_at, sent_at, "
      "delivered_at, read_at, played_at, edited_at, revoked_at, secret, payload, bytes) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, "
      "?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32) "
      "ON CONFLICT (session_id, id, chat, sender) DO NOTHING",
      row.session_id, row.id, row.chat, row.chat_phone, row.sender, row.sender_phone,
      row.sender_device, row.from_me, row.offline, row.push_name, row.type, row.raw_type, row.text,
      row.content, row.context, row.ephemeral_s, row.source, message_status_name(row.status),
      row.error, row.error_code, row.attempts, row.time, row.queued_at, row.sent_at,
      row.delivered_at, row.read_at, row.played_at, row.edited_at, row.revoked_at,
      seal_optional(tables_.keys, row.session_id, row.secret, sealed_context(row, "secret")),
      seal_optional(tables_.keys, row.session_id, row.payload, sealed_context(row, "payload")),
      size_of(row));
  if (seq == 0) return replace_placeholder(row);
  add_to_search(tables_.db, seq);
  add_bytes(tables_.db, row.session_id, size_of(row));
  return true;
}

// The message keeps the place of its placeholder, so that it is listed where it arrived first.
bool SqliteMessageRepo::replace_placeholder(const MessageRow& row) {
  if (row.status == MessageStatus::undecryptable) return false;
  auto held = tables_.db.query(
      "SELECT seq, text, bytes FROM messages WHERE session_id = ?1 AND id = ?2 AND chat = ?3 "
      "AND sender = ?4 AND status = 'undecryptable'",
      row.session_id, row.id, row.chat, row.sender);
  if (!held->step()) return false;
  const std::int64_t seq = held->integer(0);
  const std::string text = held->text(1);
  const std::int64_t bytes = held->integer(2);
  held.reset();
  tables_.db.run(
      "UPDATE messages SET chat_phone = ?2, sender_phone = ?3, sender_device = ?4, "
      "push_name = ?5, type = ?6, raw_type = ?7, text = ?8, content = ?9, context = ?10, "
      "ephemeral_s = ?11, source = ?12, status = ?13, error = ?14, error_code = ?15, time = ?16, "
      "secret = ?17, payload = ?18, bytes = ?19 WHERE seq = ?1",
      seq, row.chat_phone, row.sender_phone, row.sender_device, row.push_name, row.type,
      row.raw_type, row.text, row.content, row.context, row.ephemeral_s, row.source,
      message_status_name(row.status), row.error, row.error_code, row.time,
      seal_optional(tables_.keys, row.session_id, row.secret, sealed_context(row, "secret")),
      seal_optional(tables_.keys, row.session_id, row.payload, sealed_context(row, "payload")),
      size_of(row));
  change_in_search(tables_.db, seq, text, row.text);
  add_bytes(tables_.db, row.session_id, size_of(row) - bytes);
  return true;
}

std::optional<MessageRow> SqliteMessageRepo::advance(const std::string& session_id,
                                                     const std::string& id, MessageStatus status,
                                                     std::int64_t time_ms) {
  auto row = newest_own(tables_.db, session_id, id);
  if (!row || !advance(*row, status, time_ms)) return std::nullopt;
  return row;
}

bool SqliteMessageRepo::advance(MessageRow& row, MessageStatus status, std::int64_t time_ms) {
  if (!may_follow(row.status, status)) return false;
  set_status(row, status, time_ms);
  save_status(tables_.db, row);
  return true;
}

std::optional<MessageRow> SqliteMessageRepo::own_in_chat(const std::string& session_id,
                                                         const std::string& chat,
                                                         const std::string& id) {
  constexpr const char* kOwn =
      WS_NEWEST_MESSAGE("AND from_me = 1 AND (chat = ?3 OR chat_phone = ?3)");
  return read_one(*tables_.db.query(kOwn, session_id, id, chat));
}

std::optional<MessageRow> SqliteMessageRepo::fail(const std::string& session_id,
                                                  const std::string& id, const std::string& error,
                                                  int code, std::int64_t time_ms) {
  auto row = newest_own(tables_.db, session_id, id);
  if (!row || !may_follow(row->status, MessageStatus::failed)) return std::nullopt;
  row->status = MessageStatus::failed;
  row->error = error;
  row->error_code = code;
  save_status(tables_.db, *row);
  trace(session_id, id, "failed", error, time_ms);
  return row;
}

bool SqliteMessageRepo::add_receipt(const std::string& session_id, const std::string& id,
                                    const std::string& reader, MessageStatus status,
                                    std::int64_t time_ms) {
  return tables_.db.run(
             "INSERT INTO message_receipts (session_id, message_id, reader, status, time) "
             "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
             session_id, id, reader, message_status_name(status), time_ms) != 0;
}

void SqliteMessageRepo::set_content(const std::string& session_id, const std::string& id,
                                    const std::string& text, const std::string& content_json,
                                    std::int64_t edited_at) {
  auto row = find(session_id, id);
  if (!row) return;
  const std::int64_t before = size_of(*row);
  change_in_search(tables_.db, row->row, row->text, text);
  row->text = text;
  row->content = content_json;
  const std::int64_t more = size_of(*row) - before;
  tables_.db.run(
      "UPDATE messages SET text = ?2, content = ?3, edited_at = ?4, bytes = bytes + ?5 "
      "WHERE seq = ?1",
      row->row, text, content_json, edited_at, more);
  add_bytes(tables_.db, session_id, more);
}

void SqliteMessageRepo::set_revoked(const std::string& session_id, const std::string& id,
                                    std::int64_t time_ms) {
  tables_.db.run(
      "UPDATE messages SET revoked_at = ?3 WHERE seq = (SELECT seq FROM messages " WS_BY_INDEX(
          "messages_id") "WHERE session_id = ?1 AND id = ?2 ORDER BY seq DESC LIMIT 1)",
      session_id, id, time_ms);
}

void SqliteMessageRepo::set_sender(const MessageRow& row) {
  tables_.db.run("UPDATE OR IGNORE messages SET sender = ?2, sender_phone = ?3 WHERE seq = ?1",
                 row.row, row.sender, row.sender_phone);
}

void SqliteMessageRepo::trace(const std::string& session_id, const std::string& id,
                              const std::string& step, const std::string& detail,
                              std::int64_t time_ms) {
  tables_.db.run(
      "INSERT INTO message_traces (session_id, message_id, time, step, detail) "
      "VALUES (?1, ?2, ?3, ?4, ?5)",
      session_id, id, time_ms, step, detail);
}

}  // namespace wasphere::store
