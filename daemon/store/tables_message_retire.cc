#include "daemon/store/message_search.h"
#include "daemon/store/tables_messaging.h"

namespace wasphere::store {
namespace {

struct Candidate {
  std::int64_t seq = 0;
  std::string session_id;
  std::string id;
  std::int64_t time = 0;
  std::int64_t bytes = 0;
  std::string text;
};

// What is under way is the queue's business.
std::vector<Candidate> oldest_messages(Db& db, std::size_t limit) {
  auto row = db.query(
      "SELECT seq, session_id, id, time, bytes, text FROM messages "
      "WHERE status NOT IN ('queued', 'sending') ORDER BY seq LIMIT ?1",
      limit);
  std::vector<Candidate> out;
  while (row->step())
    out.push_back({row->integer(0), row->text(1), row->text(2), row->integer(3), row->integer(4),
                   row->text(5)});
  return out;
}

void drop_message(Db& db, const Candidate& message) {
  const auto& [seq, session_id, id, time, bytes, text] = message;
  drop_from_search(db, seq, text);
  db.run("DELETE FROM messages WHERE seq = ?1", seq);
  db.run("UPDATE message_totals SET bytes = bytes - ?2 WHERE session_id = ?1", session_id, bytes);
  db.run("DELETE FROM message_receipts WHERE session_id = ?1 AND message_id = ?2", session_id, id);
  db.run("DELETE FROM message_traces WHERE session_id = ?1 AND message_id = ?2", session_id, id);
  db.run("DELETE FROM sent_messages WHERE session_id = ?1 AND id = ?2", session_id, id);
}

// Copies for retries without a message of their own, and traces of what never became one.
void drop_strays(Db& db, std::int64_t older_than, std::size_t limit) {
  db.run(
      "DELETE FROM sent_messages WHERE seq IN (SELECT seq FROM "
      "(SELECT seq, time FROM sent_messages ORDER BY seq LIMIT ?2) AS oldest WHERE time < ?1)",
      older_than, limit);
  db.run(
      "DELETE FROM message_traces WHERE seq IN (SELECT seq FROM "
      "(SELECT seq, time FROM message_traces ORDER BY seq LIMIT ?2) AS oldest WHERE time < ?1)",
      older_than, limit);
}

}  // namespace

std::size_t SqliteMessageRepo::retire(std::int64_t max_bytes, std::int64_t older_than,
                                      std::size_t limit) {
  std::int64_t excess = 0;
  if (max_bytes > 0)
    excess = tables_.db.integer("SELECT coalesce(sum(bytes), 0) FROM message_totals") - max_bytes;
  std::size_t dropped = 0;
  for (const Candidate& message : oldest_messages(tables_.db, limit)) {
    if (excess <= 0 && message.time >= older_than) continue;
    drop_message(tables_.db, message);
    excess -= message.bytes;
    ++dropped;
  }
  forget_free_numbers(tables_.db);
  drop_strays(tables_.db, older_than, limit);
  return dropped;
}

}  // namespace wasphere::store
