#include <algorithm>

#include "daemon/store/outbox_columns.h"
#include "daemon/store/outbox_order.h"

namespace wasphere::store {
namespace {

// Rows of a lane that may go: due, not expired, and nothing of their chat must go before. That is a
// row that waits (but for a schedule: those hold nobody up) or one of the other lane. ?1 session,
// ?2 lane, ?3 now.
std::vector<std::int64_t> candidates(Db& db, const std::string& session_id, Lane lane,
                                     std::int64_t now_ms, std::size_t limit) {
  auto row = db.query(
      "SELECT seq FROM outbox " WS_BY_INDEX("outbox_lane")
      "WHERE session_id = ?1 AND state = 'queued' AND lane = ?2 "
      "AND not_before <= ?3 AND (expires_at = 0 OR expires_at > ?3) "
      "AND NOT EXISTS (SELECT 1 FROM outbox AS earlier " WS_BY_INDEX("outbox_chat")
      "WHERE earlier.session_id = ?1 "
      "AND earlier.chat = outbox.chat AND earlier.seq < outbox.seq "
      "AND (earlier.expires_at = 0 OR earlier.expires_at > ?3 OR earlier.state = 'sending') "
      "AND ((earlier.not_before > ?3 "
      "AND (earlier.scheduled = 0 OR earlier.attempts > 0 OR earlier.state = 'sending')) "
      "OR (earlier.not_before <= ?3 AND earlier.lane <> ?2 AND earlier.state = 'queued'))) "
      "ORDER BY seq LIMIT ?4",
      session_id, lane_name(lane), now_ms, limit);
  std::vector<std::int64_t> out;
  while (row->step()) out.push_back(row->integer(0));
  return out;
}

// What was being sent, and is not any more: those of an earlier line or process. They are few, and
// their index has them by lane.
std::vector<std::int64_t> interrupted(Db& db, const std::string& session_id, std::int64_t now_ms,
                                      const std::set<std::string>& in_flight) {
  auto row = db.query("SELECT seq, id FROM outbox " WS_BY_INDEX(
                          "outbox_lane") "WHERE session_id = ?1 AND state = 'sending' "
                                         "AND not_before <= ?2",
                      session_id, now_ms);
  std::vector<std::int64_t> out;
  while (row->step())
    if (!in_flight.contains(row->text(1))) out.push_back(row->integer(0));
  std::ranges::sort(out);
  return out;
}

std::int64_t interactive_run(Db& db, const std::string& session_id) {
  auto row =
      db.query("SELECT interactive_run FROM outbox_totals WHERE session_id = ?1", session_id);
  return row->step() ? row->integer(0) : 0;
}

// What waits, in the order of the lanes.
std::vector<std::int64_t> fresh(Db& db, const std::string& session_id, std::int64_t now_ms,
                                std::size_t limit) {
  if (limit == 0) return {};
  return lane_order(candidates(db, session_id, Lane::interactive, now_ms, limit),
                    candidates(db, session_id, Lane::bulk, now_ms, limit),
                    interactive_run(db, session_id), limit);
}

std::int64_t count(Query& row) {
  return row.step() ? row.integer(0) : 0;
}

SealKey queue_key(const Tables& tables) {
  return tables.keys.derived("outbox");
}

std::string context_of(const OutboxRow& row, std::string_view column) {
  return seal_context("outbox", row.session_id, std::string(column) + ' ' + row.id);
}

Bytes open_queued(const Tables& tables, const OutboxRow& row, std::string_view column,
                  const Bytes& sealed) {
  if (sealed.empty()) return {};
  return unseal(queue_key(tables), sealed, context_of(row, column)).value_or(Bytes{});
}

}  // namespace

std::string_view lane_name(Lane lane) {
  return lane == Lane::interactive ? "interactive" : "bulk";
}

Lane read_lane(const Query& row, int column) {
  return row.text(column) == "bulk" ? Lane::bulk : Lane::interactive;
}

Bytes seal_queued(Tables& tables, const OutboxRow& row, std::string_view column, BytesView plain) {
  if (plain.empty()) return {};
  return seal(queue_key(tables), plain, context_of(row, column));
}

OutboxRow read_outbox(Tables& tables, const Query& row) {
  OutboxRow out;
  out.row = row.integer(0);
  out.session_id = row.text(1);
  out.id = row.text(2);
  out.to = row.text(3);
  out.type = row.text(4);
  out.message = open_queued(tables, out, "message", row.blob(5));
  out.secret = open_queued(tables, out, "secret", row.blob(6));
  out.lane = read_lane(row, 7);
  out.state = row.text(8) == "sending" ? MessageStatus::sending : MessageStatus::queued;
  out.attempts = static_cast<int>(row.integer(9));
  out.typing_ms = row.integer(10);
  out.delay_ms = row.integer(11);
  out.not_before = row.integer(12);
  out.expires_at = row.integer(13);
  out.queued_at = row.integer(14);
  out.job_id = row.text(15);
  out.text = row.text(16);
  return out;
}

std::optional<OutboxRow> SqliteOutboxRepo::find(const std::string& session_id,
                                                const std::string& id) {
  auto row = tables_.db.query(
      "SELECT " WS_OUTBOX_COLUMNS " FROM outbox WHERE session_id = ?1 AND id = ?2", session_id, id);
  if (!row->step()) return std::nullopt;
  return read_outbox(tables_, *row);
}

std::vector<OutboxRow> SqliteOutboxRepo::due(const std::string& session_id, std::int64_t now_ms,
                                             std::size_t limit,
                                             const std::set<std::string>& in_flight) {
  auto order = interrupted(tables_.db, session_id, now_ms, in_flight);
  order.resize(std::min(order.size(), limit));
  const auto others = fresh(tables_.db, session_id, now_ms, limit - order.size());
  order.insert(order.end(), others.begin(), others.end());
  std::vector<OutboxRow> out;
  for (const std::int64_t seq : order) {
    auto one = tables_.db.query("SELECT " WS_OUTBOX_COLUMNS " FROM outbox WHERE seq = ?1", seq);
    if (one->step()) out.push_back(read_outbox(tables_, *one));
  }
  return out;
}

std::optional<std::int64_t> SqliteOutboxRepo::next_time(const std::string& session_id,
                                                        std::int64_t now_ms) {
  auto row = tables_.db.query(
      "SELECT (SELECT min(not_before) FROM outbox "
      "WHERE session_id = ?1 AND not_before > 0 AND not_before > ?2), "
      "(SELECT min(expires_at) FROM outbox "
      "WHERE session_id = ?1 AND expires_at > 0 AND state = 'queued')",
      session_id, now_ms);
  row->step();
  const auto start = row->optional_integer(0);
  const auto end = row->optional_integer(1);
  if (start && end) return std::min(*start, *end);
  return start ? start : end;
}

std::vector<OutboxRow> SqliteOutboxRepo::expired(const std::string& session_id,
                                                 std::int64_t now_ms) {
  auto row = tables_.db.query("SELECT " WS_OUTBOX_COLUMNS
                              " FROM outbox WHERE session_id = ?1 AND expires_at > 0 "
                              "AND expires_at <= ?2 AND state = 'queued' ORDER BY expires_at, seq",
                              session_id, now_ms);
  std::vector<OutboxRow> out;
  while (row->step()) out.push_back(read_outbox(tables_, *row));
  return out;
}

std::vector<std::string> SqliteOutboxRepo::of_others(const std::string& session_id,
                                                     const std::string& phone,
                                                     const std::string& lid) {
  auto row = tables_.db.query(
      "SELECT outbox.id FROM outbox JOIN messages " WS_BY_INDEX(
          "messages_id") "ON messages.session_id = outbox.session_id AND messages.id = outbox.id "
                         "WHERE outbox.session_id = ?1 AND messages.from_me = 1 "
                         "AND messages.sender_phone <> ?2 AND messages.sender <> ?3 "
                         "ORDER BY outbox.seq",
      session_id, phone, lid);
  std::vector<std::string> out;
  while (row->step()) out.push_back(row->text(0));
  return out;
}

OutboxPage SqliteOutboxRepo::list(const OutboxQuery& query) {
  const char* sql = query.session_id.empty()
                        ? "SELECT " WS_OUTBOX_COLUMNS
                          " FROM outbox WHERE ?1 = '' AND seq > ?2 ORDER BY seq LIMIT ?3"
                        : "SELECT " WS_OUTBOX_COLUMNS
                          " FROM outbox WHERE session_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3";
  auto row = tables_.db.query(sql, query.session_id, query.after_row, query.limit + 1);
  OutboxPage out;
  while (row->step()) {
    if (out.rows.size() == query.limit) {
      out.next = out.rows.back().row;
      break;
    }
    out.rows.push_back(read_outbox(tables_, *row));
  }
  return out;
}

OutboxStats SqliteOutboxRepo::stats(const std::string& session_id) {
  auto row = tables_.db.query(
      "SELECT count(*) FILTER (WHERE state = 'queued' AND (scheduled = 0 OR attempts > 0)), "
      "count(*) FILTER (WHERE state = 'sending'), "
      "count(*) FILTER (WHERE state = 'queued' AND scheduled = 1 AND attempts = 0), "
      "coalesce(min(queued_at) FILTER (WHERE scheduled = 0 OR attempts > 0), 0) "
      "FROM outbox WHERE session_id = ?1",
      session_id);
  row->step();
  return {row->integer(0), row->integer(1), row->integer(2), row->integer(3)};
}

Backlog SqliteOutboxRepo::backlog(const std::string& session_id) {
  auto row = tables_.db.query("SELECT state, lane, count(*) FROM outbox " WS_BY_INDEX(
                                  "outbox_lane") "WHERE session_id = ?1 GROUP BY state, lane",
                              session_id);
  Backlog out;
  while (row->step()) {
    auto& place = row->text(0) == "sending" ? out.sending : out.lane(read_lane(*row, 1));
    place += row->integer(2);
  }
  return out;
}

std::int64_t SqliteOutboxRepo::position(const std::string& session_id, const std::string& id) {
  const auto row = find(session_id, id);
  if (!row) return -1;
  if (row->state == MessageStatus::sending) return 0;
  Backlog ahead = backlog(session_id);
  auto later = tables_.db.query(
      "SELECT count(*) FROM outbox " WS_BY_INDEX(
          "outbox_lane") "WHERE session_id = ?1 AND state = 'queued' AND lane = ?2 AND seq >= ?3",
      session_id, lane_name(row->lane), row->row);
  ahead.lane(row->lane) -= count(*later);
  return place_behind(ahead, row->lane);
}

}  // namespace wasphere::store
