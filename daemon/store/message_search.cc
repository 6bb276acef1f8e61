#include "daemon/store/message_search.h"

namespace wasphere::store {
namespace {

bool is_blank(char c) {
  return static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
}

constexpr std::int64_t kPortion = 64;

// Up to search_floor the index has all messages, beyond it none.
bool is_indexed(Db& db, std::int64_t seq) {
  return seq <= db.integer("SELECT seq FROM search_floor");
}

// In quotes nothing is an operator; a quote in it is doubled.
std::string quoted(std::string_view word) {
  std::string out = "\"";
  for (char c : word) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

}  // namespace

// Symbols count as letters, so that emoji can be found.
const char* schema_of_search() {
  return R"(
CREATE VIRTUAL TABLE messages_search USING fts5 (
  text,
  content = 'messages',
  content_rowid = 'seq',
  tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co So'"
);
)";
}

void add_to_search(Db& db, std::int64_t seq) {
  if (seq % kPortion == 0) index_new_messages(db);
}

void index_new_messages(Db& db) {
  db.run(
      "INSERT INTO messages_search (rowid, text) SELECT seq, text FROM messages "
      "WHERE seq > (SELECT seq FROM search_floor) AND text <> ''");
  db.run(
      "UPDATE search_floor SET seq = (SELECT max(seq) FROM messages) "
      "WHERE seq < (SELECT max(seq) FROM messages)");
}

void change_in_search(Db& db, std::int64_t seq, const std::string& before,
                      const std::string& after) {
  if (!is_indexed(db, seq)) return;
  drop_from_search(db, seq, before);
  if (after.empty()) return;
  db.run("INSERT INTO messages_search (rowid, text) VALUES (?1, ?2)", seq, after);
}

void drop_from_search(Db& db, std::int64_t seq, const std::string& text) {
  if (text.empty() || !is_indexed(db, seq)) return;
  db.run("INSERT INTO messages_search (messages_search, rowid, text) VALUES ('delete', ?1, ?2)",
         seq, text);
}

void drop_session_from_search(Db& db, const std::string& session_id) {
  db.run(
      "INSERT INTO messages_search (messages_search, rowid, text) "
      "SELECT 'delete', seq, text FROM messages WHERE session_id = ?1 AND text <> '' "
      "AND seq <= (SELECT seq FROM search_floor)",
      session_id);
}

void forget_free_numbers(Db& db) {
  db.run(
      "UPDATE search_floor SET seq = (SELECT coalesce(max(seq), 0) FROM messages) "
      "WHERE seq > (SELECT coalesce(max(seq), 0) FROM messages)");
}

std::string search_expression(std::string_view typed) {
  std::string out;
  std::size_t at = 0;
  while (at < typed.size()) {
    if (is_blank(typed[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < typed.size() && !is_blank(typed[end])) ++end;
    if (!out.empty()) out += ' ';
    out += quoted(typed.substr(at, end - at));
    at = end;
  }
  return out.empty() ? out : out + '*';
}

}  // namespace wasphere::store
