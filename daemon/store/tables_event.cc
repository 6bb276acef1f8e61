#include <algorithm>

#include "daemon/store/tables.h"

namespace wasphere::store {

std::int64_t SqliteEventRepo::append(EventRow row) {
  std::int64_t seq = tables_.db.insert(
      "INSERT INTO events (id, type, session_id, time, payload, expires_at, order_key) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      row.id, row.type, row.session_id, row.time, row.payload, row.expires_at, row.order_key);
  if (seq == 1) seq = number_anew();
  tables_.after.newest_event = seq;
  return seq;
}

// The first event, of all or since all were retired.
std::int64_t SqliteEventRepo::number_anew() {
  tables_.db.run("UPDATE events SET seq = (SELECT seq FROM event_floor) + 1 WHERE seq = 1");
  return last_seq();
}

std::vector<EventRow> SqliteEventRepo::after(std::int64_t seq, std::size_t limit) {
  auto row = tables_.db.query(
      "SELECT seq, id, type, session_id, time, payload, expires_at, order_key FROM events "
      "WHERE seq > ?1 ORDER BY seq LIMIT ?2",
      seq, limit);
  std::vector<EventRow> out;
  while (row->step())
    out.push_back({row->integer(0), row->text(1), row->text(2), row->text(3), row->integer(4),
                   row->text(5), row->integer(6), row->text(7)});
  return out;
}

std::int64_t SqliteEventRepo::last_seq() {
  return tables_.db.integer(
      "SELECT coalesce((SELECT max(seq) FROM events), (SELECT seq FROM event_floor))");
}

std::int64_t SqliteEventRepo::first_seq() {
  return tables_.db.integer("SELECT coalesce(min(seq), 0) FROM events");
}

std::size_t SqliteEventRepo::retire(std::int64_t max_rows, std::int64_t older_than,
                                    std::size_t limit) {
  std::int64_t first = first_seq();
  if (first == 0) return 0;
  std::int64_t end = last_seq() + 1;
  std::int64_t window_end = std::min(end, first + static_cast<std::int64_t>(limit));
  auto young =
      tables_.db.query("SELECT seq FROM events WHERE time >= ?1 AND seq < ?2 ORDER BY seq LIMIT 1",
                       older_than, window_end);
  std::int64_t by_age = young->step() ? young->integer(0) : window_end;
  // Numbers follow each other without gaps, so that counting rows is subtracting numbers.
  std::int64_t by_rows = end - std::min(max_rows, end - first);
  std::int64_t keep_from = std::min(std::max(by_age, by_rows), window_end);
  if (keep_from == end) tables_.db.run("UPDATE event_floor SET seq = ?1", end - 1);
  return tables_.db.run("DELETE FROM events WHERE seq < ?1", keep_from);
}

}  // namespace wasphere::store
