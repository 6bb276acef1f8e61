#include <algorithm>

#include "daemon/store/sealing.h"
#include "daemon/store/tables_messaging.h"

namespace wasphere::store {
namespace {

// How many counters and base keys are remembered, over all sessions: peers decide how many there
// are.
constexpr std::int64_t kMostRetries = 20000;

std::string sent_context(const std::string& session_id, const std::string& id) {
  return seal_context("sent_messages", session_id, id);
}

std::string join_lines(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + '\n';
  return out;
}

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace

void SqliteMessageRepo::save_sent(const std::string& session_id, const SentMessage& sent) {
  tables_.db.run(
      "INSERT INTO sent_messages (session_id, id, chat, chat_alt, sealed, type, edit, mediatype, "
      "poll_type, hide_failure, recipients, time, sending_at, sending) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12, ?13) "
      "ON CONFLICT (session_id, id) DO UPDATE SET chat = excluded.chat, "
      "chat_alt = excluded.chat_alt, sealed = excluded.sealed, type = excluded.type, "
      "edit = excluded.edit, mediatype = excluded.mediatype, poll_type = excluded.poll_type, "
      "hide_failure = excluded.hide_failure, recipients = excluded.recipients, "
      "time = excluded.time",
      session_id, sent.id, sent.chat, sent.chat_alt,
      seal_optional(tables_.keys, session_id, sent.message, sent_context(session_id, sent.id)),
      sent.type, sent.edit, sent.mediatype, sent.poll_type, sent.hide_failure,
      join_lines(sent.recipients), sent.time, sent.detail);
}

// What was sealed for an account that is gone cannot be sent again: there is nothing then.
std::optional<SentMessage> SqliteMessageRepo::sent(const std::string& session_id,
                                                   const std::string& id) {
  auto row = tables_.db.query(
      "SELECT chat, chat_alt, sealed, type, edit, mediatype, poll_type, hide_failure, recipients, "
      "time FROM sent_messages WHERE session_id = ?1 AND id = ?2",
      session_id, id);
  if (!row->step()) return std::nullopt;
  SentMessage out;
  out.id = id;
  out.chat = row->text(0);
  out.chat_alt = row->text(1);
  out.message = open_optional(tables_.keys, session_id, row->blob(2), sent_context(session_id, id));
  if (out.message.empty()) return std::nullopt;
  out.type = row->text(3);
  out.edit = row->text(4);
  out.mediatype = row->text(5);
  out.poll_type = row->text(6);
  out.hide_failure = row->flag(7);
  out.recipients = split_lines(row->text(8));
  out.time = row->integer(9);
  return out;
}

int SqliteMessageRepo::count_retry(const std::string& session_id, const std::string& chat,
                                   const std::string& device, const std::string& id, bool incoming,
                                   int at_least) {
  auto known = tables_.db.query(
      "SELECT count FROM retry_counts WHERE session_id = ?1 AND message_id = ?2 AND chat = ?3 "
      "AND device = ?4 AND incoming = ?5",
      session_id, id, chat, device, incoming);
  const int before = known->step() ? static_cast<int>(known->integer(0)) : 0;
  known.reset();
  const int count = std::max(before + 1, at_least);
  tables_.db.run(
      "INSERT INTO retry_counts (session_id, message_id, chat, device, incoming, count) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (session_id, message_id, chat, device, "
      "incoming) "
      "DO UPDATE SET count = excluded.count",
      session_id, id, chat, device, incoming, count);
  if (before == 0)
    tables_.db.run("DELETE FROM retry_counts WHERE seq <= (SELECT max(seq) FROM retry_counts) - ?1",
                   kMostRetries);
  return count;
}

void SqliteMessageRepo::note_base_key(const std::string& session_id, const std::string& device,
                                      const std::string& id, BytesView base_key) {
  tables_.db.run(
      "INSERT INTO retry_base_keys (session_id, message_id, device, base_key) "
      "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (session_id, message_id, device) "
      "DO UPDATE SET base_key = excluded.base_key",
      session_id, id, device, base_key);
  tables_.db.run(
      "DELETE FROM retry_base_keys WHERE seq <= (SELECT max(seq) FROM retry_base_keys) - ?1",
      kMostRetries);
}

Bytes SqliteMessageRepo::noted_base_key(const std::string& session_id, const std::string& device,
                                        const std::string& id) {
  auto row = tables_.db.query(
      "SELECT base_key FROM retry_base_keys "
      "WHERE session_id = ?1 AND message_id = ?2 AND device = ?3",
      session_id, id, device);
  return row->step() ? row->blob(0) : Bytes{};
}

}  // namespace wasphere::store
