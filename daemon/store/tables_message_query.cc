#include "daemon/store/jid_text.h"
#include "daemon/store/message_columns.h"
#include "daemon/store/message_search.h"

// ?10: the other address of the author, who may have been known by one of them only.
#define WS_OF_SENDER \
  "AND (?3 = '' OR messages.sender IN (?3, ?10) OR messages.sender_phone IN (?3, ?10)) "
// What every listing may be narrowed by, after its index has chosen the rows. ?1 session, ?2 chat.
#define WS_MESSAGE_FILTER                                                      \
  WS_OF_SENDER                                                                 \
  "AND (?4 = '' OR messages.type = ?4) AND (?5 < 0 OR messages.from_me = ?5) " \
  "AND (?6 = 0 OR messages.time >= ?6) AND (?7 = 0 OR messages.time < ?7) "    \
  "AND messages.seq < ?8 ORDER BY messages.seq DESC LIMIT ?9"
#define WS_OF_CHAT "(?2 = '' OR messages.chat = ?2 OR messages.chat_phone = ?2) "

namespace wasphere::store {
namespace {

constexpr std::int64_t kNewest = INT64_MAX;  // before_row of the first page

constexpr const char* kOfChat = "SELECT " WS_MESSAGE_COLUMNS " FROM messages " WS_BY_INDEX(
    "messages_chat") "WHERE messages.session_id = ?1 AND messages.chat = ?2 " WS_MESSAGE_FILTER;
constexpr const char* kOfSession = "SELECT " WS_MESSAGE_COLUMNS " FROM messages " WS_BY_INDEX(
    "messages_session") "WHERE messages.session_id = ?1 AND ?2 = '' " WS_MESSAGE_FILTER;
constexpr const char* kOfAll =
    "SELECT " WS_MESSAGE_COLUMNS " FROM messages WHERE ?1 = '' AND " WS_OF_CHAT WS_MESSAGE_FILTER;
constexpr const char* kSearch =
    "SELECT " WS_MESSAGE_COLUMNS
    " FROM messages_search JOIN messages ON messages.seq = messages_search.rowid "
    "WHERE messages_search MATCH ?11 AND (?1 = '' OR messages.session_id = ?1) "
    "AND " WS_OF_CHAT WS_OF_SENDER
    "AND (?4 = '' OR messages.type = ?4) AND (?5 < 0 OR messages.from_me = ?5) "
    "AND (?6 = 0 OR messages.time >= ?6) AND (?7 = 0 OR messages.time < ?7) "
    "AND messages_search.rowid < ?8 ORDER BY messages_search.rowid DESC LIMIT ?9";

const char* listing(const MessageQuery& query) {
  if (query.session_id.empty()) return kOfAll;
  return query.chat.empty() ? kOfSession : kOfChat;
}

MessagePage page_of(Query& row, std::size_t limit) {
  MessagePage out;
  while (row.step()) {
    if (out.rows.size() == limit) {
      out.next = out.rows.back().row;
      break;
    }
    out.rows.push_back(read_message(row));
    out.rows.back().secret.clear();
    out.rows.back().payload.clear();
  }
  return out;
}

}  // namespace

std::optional<MessageRow> SqliteMessageRepo::find(const std::string& session_id,
                                                  const std::string& id) {
  auto row = tables_.db.query(WS_NEWEST_MESSAGE(""), session_id, id);
  if (!row->step()) return std::nullopt;
  return unsealed(tables_, read_message(*row));
}

std::optional<MessageRow> SqliteMessageRepo::find_in_chat(const std::string& session_id,
                                                          const std::string& chat,
                                                          const std::string& id) {
  auto row = tables_.db.query(WS_NEWEST_MESSAGE("AND (chat = ?3 OR chat_phone = ?3)"), session_id,
                              id, chat);
  if (!row->step()) return std::nullopt;
  return unsealed(tables_, read_message(*row));
}

std::string SqliteMessageRepo::chat_key(const MessageQuery& query) {
  auto jid = wire::Jid::parse(query.chat);
  if (query.session_id.empty() || !jid) return query.chat;
  return bare_text(SqliteDirectoryRepo(tables_).canonical(query.session_id, *jid));
}

// Empty only if the sender is: what is not known must match nothing.
std::string SqliteMessageRepo::other_sender(const MessageQuery& query) {
  const auto jid = wire::Jid::parse(query.sender);
  if (query.session_id.empty() || !jid) return query.sender;
  SqliteDirectoryRepo directory(tables_);
  const auto other = jid->server == wire::kLidServer ? directory.phone_of(query.session_id, *jid)
                                                     : directory.lid_of(query.session_id, *jid);
  return other ? bare_text(*other) : query.sender;
}

MessagePage SqliteMessageRepo::list(const MessageQuery& query) {
  const std::string other = other_sender(query);
  const std::string chat = query.chat.empty() ? query.chat : chat_key(query);
  const int from_me = query.from_me ? static_cast<int>(*query.from_me) : -1;
  const std::size_t rows = query.limit + 1;  // one more tells whether there is another page
  const std::int64_t before = query.before_row == 0 ? kNewest : query.before_row;
  if (query.search.empty()) {
    auto row = tables_.db.query(listing(query), query.session_id, chat, query.sender, query.type,
                                from_me, query.since, query.until, before, rows, other);
    return page_of(*row, query.limit);
  }
  const std::string words = search_expression(query.search);
  if (words.empty()) return {};
  index_new_messages(tables_.db);
  auto row = tables_.db.query(kSearch, query.session_id, chat, query.sender, query.type, from_me,
                              query.since, query.until, before, rows, other, words);
  return page_of(*row, query.limit);
}

std::vector<ReceiptRow> SqliteMessageRepo::receipts(const std::string& session_id,
                                                    const std::string& id) {
  auto row = tables_.db.query(
      "SELECT reader, status, time FROM message_receipts WHERE session_id = ?1 AND message_id = ?2 "
      "ORDER BY time, reader",
      session_id, id);
  std::vector<ReceiptRow> out;
  while (row->step()) out.push_back({row->text(0), read_message_status(*row, 1), row->integer(2)});
  return out;
}

std::vector<TraceRow> SqliteMessageRepo::traces(const std::string& session_id,
                                                const std::string& id) {
  auto row = tables_.db.query(
      "SELECT time, step, detail, 1 AS place, seq FROM message_traces "
      "WHERE session_id = ?1 AND message_id = ?2 "
      "UNION ALL SELECT sending_at, 'sending', sending, 1, 0 FROM sent_messages "
      "WHERE session_id = ?1 AND id = ?2 AND sending <> '' "
      "UNION ALL SELECT queued_at, 'queued', chat, 0, 0 FROM messages "
      "WHERE session_id = ?1 AND id = ?2 AND from_me = 1 AND queued_at > 0 "
      "UNION ALL SELECT sent_at, 'sent', 'acknowledged by WhatsApp', 2, 0 FROM messages "
      "WHERE session_id = ?1 AND id = ?2 AND from_me = 1 AND sent_at > 0 AND queued_at > 0 "
      "ORDER BY time, place, seq",
      session_id, id);
  std::vector<TraceRow> out;
  while (row->step()) out.push_back({row->integer(0), row->text(1), row->text(2)});
  return out;
}

}  // namespace wasphere::store
