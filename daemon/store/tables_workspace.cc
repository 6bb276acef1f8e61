#include "daemon/store/tables_admin.h"

namespace wasphere::store {
namespace {

constexpr std::int64_t kDay = 24LL * 3600 * 1000;
constexpr std::int64_t kRecent = 5LL * 60 * 1000;
constexpr std::int64_t kDays = 7;

std::int64_t count_between(Db& db, std::int64_t from, std::int64_t to) {
  auto row = db.query(
      "SELECT count(*) FROM messages WHERE queued_at > 0 AND queued_at > ?1 AND queued_at <= ?2",
      from, to);
  return row->step() ? row->integer(0) : 0;
}

std::int64_t failed_since(Db& db, std::int64_t from) {
  auto row = db.query(
      "SELECT count(*) FROM messages WHERE queued_at > 0 AND queued_at > ?1 AND status = 'failed'",
      from);
  return row->step() ? row->integer(0) : 0;
}

std::vector<std::pair<std::string, std::int64_t>> by_type(Db& db, std::int64_t from) {
  std::vector<std::pair<std::string, std::int64_t>> out;
  auto row = db.query(
      "SELECT type, count(*) FROM messages WHERE queued_at > 0 AND queued_at >= ?1 "
      "GROUP BY type ORDER BY type",
      from);
  while (row->step()) out.emplace_back(row->text(0), row->integer(1));
  return out;
}

std::int64_t mean_latency(Db& db, std::int64_t from) {
  auto row = db.query(
      "SELECT coalesce(sum(sent_at - queued_at), 0), count(*) FROM messages "
      "WHERE queued_at > 0 AND queued_at > ?1 AND sent_at >= queued_at",
      from);
  if (!row->step() || row->integer(1) == 0) return 0;
  return row->integer(0) / row->integer(1);
}

}  // namespace

SendFigures SqliteWorkspaceRepo::sends(std::int64_t now_ms) {
  Db& db = tables_.db;
  const std::int64_t midnight = now_ms - now_ms % kDay;
  SendFigures out;
  out.last_day = count_between(db, now_ms - kDay, now_ms);
  out.day_before = count_between(db, now_ms - 2 * kDay, now_ms - kDay);
  out.failed = failed_since(db, now_ms - kDay);
  out.today = by_type(db, midnight);
  for (std::int64_t day = 1 - kDays; day <= 0; ++day) {
    const std::int64_t begin = midnight + day * kDay;
    out.days.push_back(count_between(db, begin - 1, begin + kDay - 1));
  }
  auto queue = db.query("SELECT count(*), coalesce(min(queued_at), 0) FROM outbox");
  if (queue->step()) {
    out.waiting = queue->integer(0);
    out.oldest_waiting_at = queue->integer(1);
  }
  out.mean_latency_ms = mean_latency(db, now_ms - kRecent);
  return out;
}

std::optional<std::string> SqliteWorkspaceRepo::setting(const std::string& name) {
  auto row = tables_.db.query("SELECT value FROM workspace WHERE name = ?1", name);
  if (!row->step()) return std::nullopt;
  return row->text(0);
}

void SqliteWorkspaceRepo::set(const std::string& name, const std::string& value) {
  tables_.db.run(
      "INSERT INTO workspace (name, value) VALUES (?1, ?2) "
      "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      name, value);
}

}  // namespace wasphere::store
