// The deliveries of webhooks and their lanes.
#include <algorithm>
#include <array>

#include "daemon/store/tables_webhook.h"

#define WS_DELIVERY_COLUMNS                                                               \
  "d.seq, d.id, d.webhook_id, d.event_id, d.event, d.session_id, d.order_key, d.status, " \
  "d.attempts, d.last_status_code, d.last_error, d.next_attempt_at, d.created_at, "       \
  "d.finished_at, d.body"
#define WS_OPEN "status IN ('pending', 'retrying')"

namespace wasphere::store {
namespace {

constexpr std::array<std::string_view, 4> kNames{"pending", "retrying", "delivered", "dead"};

bool is_open(DeliveryStatus status) {
  return status == DeliveryStatus::pending || status == DeliveryStatus::retrying;
}

DeliveryRow read_delivery(const Query& row) {
  DeliveryRow out;
  out.seq = row.integer(0);
  out.id = row.text(1);
  out.webhook_id = row.text(2);
  out.event_id = row.text(3);
  out.event = row.text(4);
  out.session_id = row.text(5);
  out.order_key = row.text(6);
  // A word this program does not know was written by hand: it is over.
  out.status = delivery_status_from_name(row.text(7)).value_or(DeliveryStatus::dead);
  out.attempts = static_cast<int>(row.integer(8));
  out.last_status_code = static_cast<int>(row.integer(9));
  out.last_error = row.text(10);
  out.next_attempt_at = row.integer(11);
  out.created_at = row.integer(12);
  out.finished_at = row.integer(13);
  out.body = row.text(14);
  return out;
}

std::vector<DeliveryRow> read_deliveries(Query& row) {
  std::vector<DeliveryRow> out;
  while (row.step()) out.push_back(read_delivery(row));
  return out;
}

}  // namespace

std::string_view delivery_status_name(DeliveryStatus status) {
  return kNames[static_cast<std::size_t>(status)];
}

std::optional<DeliveryStatus> delivery_status_from_name(std::string_view name) {
  const auto* found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<DeliveryStatus>(found - kNames.begin());
}

void SqliteWebhookRepo::enqueue(const DeliveryRow& row) {
  tables_.db.run(
      "INSERT INTO webhook_deliveries (id, webhook_id, event_id, event, session_id, order_key, "
      "status, attempts, last_status_code, last_error, next_attempt_at, created_at, finished_at, "
      "body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
      row.id, row.webhook_id, row.event_id, row.event, row.session_id, row.order_key,
      delivery_status_name(row.status), row.attempts, row.last_status_code, row.last_error,
      row.next_attempt_at, row.created_at, row.finished_at, row.body);
  if (!is_open(row.status)) return;
  // The newest of a lane is its head only if there is no other.
  tables_.db.run(
      "INSERT INTO webhook_lanes (webhook_id, session_id, order_key, head_seq, next_attempt_at) "
      "VALUES (?1, ?2, ?3, last_insert_rowid(), ?4) ON CONFLICT DO NOTHING",
      row.webhook_id, row.session_id, row.order_key, row.next_attempt_at);
}

void SqliteWebhookRepo::settle(const DeliveryRow& row) {
  std::size_t changed = tables_.db.run(
      "UPDATE webhook_deliveries SET status = ?2, attempts = ?3, last_status_code = ?4, "
      "last_error = ?5, next_attempt_at = ?6, finished_at = ?7 WHERE seq = ?1",
      row.seq, delivery_status_name(row.status), row.attempts, row.last_status_code, row.last_error,
      row.next_attempt_at, row.finished_at);
  if (changed != 0) refresh_lane(row);
}

void SqliteWebhookRepo::refresh_lane(const DeliveryRow& row) {
  auto head = tables_.db.query(
      "SELECT seq, next_attempt_at FROM webhook_deliveries "
      "WHERE webhook_id = ?1 AND session_id = ?2 AND order_key = ?3 AND " WS_OPEN
      " ORDER BY seq LIMIT 1",
      row.webhook_id, row.session_id, row.order_key);
  if (!head->step()) {
    tables_.db.run(
        "DELETE FROM webhook_lanes WHERE webhook_id = ?1 AND session_id = ?2 AND order_key = ?3",
        row.webhook_id, row.session_id, row.order_key);
    return;
  }
  tables_.db.run(
      "INSERT INTO webhook_lanes (webhook_id, session_id, order_key, head_seq, next_attempt_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (webhook_id, session_id, order_key) DO UPDATE SET "
      "head_seq = excluded.head_seq, next_attempt_at = excluded.next_attempt_at",
      row.webhook_id, row.session_id, row.order_key, head->integer(0), head->integer(1));
}

std::vector<DeliveryRow> SqliteWebhookRepo::due(const std::string& webhook_id, std::int64_t now,
                                                std::size_t limit) {
  auto row =
      tables_.db.query("SELECT " WS_DELIVERY_COLUMNS
                       " FROM webhook_lanes l JOIN webhook_deliveries d ON d.seq = l.head_seq "
                       "WHERE l.webhook_id = ?1 AND l.next_attempt_at <= ?2 "
                       "ORDER BY l.next_attempt_at, l.head_seq LIMIT ?3",
                       webhook_id, now, limit);
  return read_deliveries(*row);
}

std::optional<std::int64_t> SqliteWebhookRepo::next_due(const std::string& webhook_id,
                                                        std::int64_t now) {
  auto row = tables_.db.query(
      "SELECT min(next_attempt_at) FROM webhook_lanes "
      "WHERE webhook_id = ?1 AND next_attempt_at > ?2",
      webhook_id, now);
  if (!row->step()) return std::nullopt;
  return row->optional_integer(0);
}

void SqliteWebhookRepo::hasten(const std::string& webhook_id, std::int64_t now) {
  tables_.db.run(
      "UPDATE webhook_lanes SET next_attempt_at = ?2 "
      "WHERE webhook_id = ?1 AND next_attempt_at > ?2",
      webhook_id, now);
}

std::optional<DeliveryRow> SqliteWebhookRepo::find_delivery(const std::string& webhook_id,
                                                            const std::string& id) {
  auto row = tables_.db.query("SELECT " WS_DELIVERY_COLUMNS
                              " FROM webhook_deliveries d WHERE d.id = ?1 AND d.webhook_id = ?2",
                              id, webhook_id);
  if (!row->step()) return std::nullopt;
  return read_delivery(*row);
}

std::vector<DeliveryRow> SqliteWebhookRepo::deliveries(const DeliveryQuery& query) {
  const std::int64_t before = query.before == 0 ? INT64_MAX : query.before;
  if (!query.status) {
    auto row = tables_.db.query("SELECT " WS_DELIVERY_COLUMNS
                                " FROM webhook_deliveries d WHERE d.webhook_id = ?1 AND d.seq < ?2 "
                                "ORDER BY d.seq DESC LIMIT ?3",
                                query.webhook_id, before, query.limit);
    return read_deliveries(*row);
  }
  auto row =
      tables_.db.query("SELECT " WS_DELIVERY_COLUMNS
                       " FROM webhook_deliveries d WHERE d.webhook_id = ?1 AND "
                       "d.status = ?2 AND d.seq < ?3 ORDER BY d.seq DESC LIMIT ?4",
                       query.webhook_id, delivery_status_name(*query.status), before, query.limit);
  return read_deliveries(*row);
}

bool SqliteWebhookRepo::reopen(const std::string& webhook_id, const std::string& id,
                               std::int64_t now) {
  auto row = find_delivery(webhook_id, id);
  if (!row || is_open(row->status)) return false;
  row->status = DeliveryStatus::pending;
  row->attempts = 0;
  row->next_attempt_at = now;
  row->finished_at = 0;
  settle(*row);
  return true;
}

std::size_t SqliteWebhookRepo::requeue(const RequeueQuery& query, std::int64_t now) {
  std::size_t count = requeue_kind(query, DeliveryStatus::dead, now);
  if (query.delivered_too) count += requeue_kind(query, DeliveryStatus::delivered, now);
  if (count == 0) return 0;
  tables_.db.run(
      "INSERT INTO webhook_lanes (webhook_id, session_id, order_key, head_seq, next_attempt_at) "
      "SELECT webhook_id, session_id, order_key, min(seq), ?2 FROM webhook_deliveries "
      "WHERE webhook_id = ?1 AND " WS_OPEN
      " GROUP BY webhook_id, session_id, order_key "
      "ON CONFLICT (webhook_id, session_id, order_key) DO UPDATE SET "
      "head_seq = excluded.head_seq, next_attempt_at = excluded.next_attempt_at",
      query.webhook_id, now);
  return count;
}

std::size_t SqliteWebhookRepo::requeue_kind(const RequeueQuery& query, DeliveryStatus status,
                                            std::int64_t now) {
  // The list of events as one parameter, each name between line ends.
  std::string names;
  for (const std::string& event : query.events) names += "\n" + event + "\n";
  return tables_.db.run(
      "UPDATE webhook_deliveries SET status = 'pending', attempts = 0, next_attempt_at = ?3, "
      "finished_at = 0 WHERE webhook_id = ?1 AND status = ?2 AND created_at >= ?4 AND "
      "created_at < ?5 AND (?6 = '' OR instr(?6, char(10) || event || char(10)) > 0)",
      query.webhook_id, delivery_status_name(status), now, query.from,
      query.to == 0 ? INT64_MAX : query.to, names);
}

WebhookBacklog SqliteWebhookRepo::backlog(const std::string& webhook_id) {
  WebhookBacklog out;
  auto open = tables_.db.query(
      "SELECT count(*), coalesce(min(created_at), 0) FROM webhook_deliveries "
      "WHERE webhook_id = ?1 AND " WS_OPEN,
      webhook_id);
  if (open->step()) {
    out.open = open->integer(0);
    out.oldest_open_at = open->integer(1);
  }
  auto dead = tables_.db.query(
      "SELECT count(*) FROM webhook_deliveries WHERE webhook_id = ?1 AND status = 'dead'",
      webhook_id);
  if (dead->step()) out.dead = dead->integer(0);
  return out;
}

std::size_t SqliteWebhookRepo::retire(const DeliveryLimits& limits, std::size_t limit) {
  std::size_t gone = retire_kind(DeliveryStatus::dead, limits.dead_before, limits.max_dead, limit);
  if (gone >= limit) return gone;
  return gone + retire_kind(DeliveryStatus::delivered, limits.delivered_before,
                            limits.max_delivered, limit - gone);
}

std::size_t SqliteWebhookRepo::retire_kind(DeliveryStatus status, std::int64_t before,
                                           std::int64_t max_rows, std::size_t limit) {
  std::size_t gone = tables_.db.run(
      "DELETE FROM webhook_deliveries WHERE seq IN (SELECT seq FROM webhook_deliveries "
      "WHERE status = ?1 AND finished_at > 0 AND finished_at < ?2 LIMIT ?3)",
      delivery_status_name(status), before, limit);
  for (const WebhookRow& webhook : all()) {
    if (gone >= limit) break;
    gone += retire_surplus(webhook.id, status, max_rows, limit - gone);
  }
  return gone;
}

std::size_t SqliteWebhookRepo::retire_surplus(const std::string& webhook_id, DeliveryStatus status,
                                              std::int64_t max_rows, std::size_t limit) {
  auto newest_to_go = tables_.db.query(
      "SELECT seq FROM webhook_deliveries WHERE webhook_id = ?1 AND status = ?2 "
      "ORDER BY seq DESC LIMIT 1 OFFSET ?3",
      webhook_id, delivery_status_name(status), max_rows);
  if (!newest_to_go->step()) return 0;
  const std::int64_t seq = newest_to_go->integer(0);
  newest_to_go.reset();
  return tables_.db.run(
      "DELETE FROM webhook_deliveries WHERE seq IN (SELECT seq FROM webhook_deliveries "
      "WHERE webhook_id = ?1 AND status = ?2 AND seq <= ?3 ORDER BY seq LIMIT ?4)",
      webhook_id, delivery_status_name(status), seq, limit);
}

}  // namespace wasphere::store
