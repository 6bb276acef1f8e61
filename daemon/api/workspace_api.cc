// The installation as a whole.
#include <charconv>

#include "daemon/api/api.h"
#include "daemon/api/views.h"

namespace wasphere::api {
namespace {

constexpr std::int64_t kDay = 24LL * 3600 * 1000;
constexpr std::int64_t kActivities = 8;

struct Stored {
  store::SendFigures sends;
  std::vector<store::AuditRow> activity;
};

// 98.6 as the text of a number with one digit behind the point.
std::string percentage(const store::SendFigures& sends) {
  if (sends.last_day == 0) return "100";
  const std::int64_t tenths = 1000 - sends.failed * 1000 / sends.last_day;
  const std::string whole = std::to_string(tenths / 10);
  return tenths % 10 == 0 ? whole : whole + "." + std::to_string(tenths % 10);
}

ipc::TodayCount today(const store::SendFigures& sends) {
  ipc::TodayCount out;
  std::string members;
  for (const auto& [type, count] : sends.today) {
    out.count += count;
    members += (members.empty() ? "\"" : ",\"") + type + "\":" + std::to_string(count);
  }
  out.byType.text = "{" + members + "}";
  return out;
}

std::vector<ipc::DateCount> week(const store::SendFigures& sends, std::int64_t now) {
  std::vector<ipc::DateCount> out;
  std::int64_t day = now - (std::ssize(sends.days) - 1) * kDay;
  for (const std::int64_t messages : sends.days) {
    out.push_back({runtime::iso8601(day).substr(0, 10), messages});
    day += kDay;
  }
  return out;
}

ipc::ActivityView activity_view(const store::AuditRow& row) {
  return {row.id,
          row.method,
          row.endpoint,
          row.status_code,
          optional_text(row.session_id),
          runtime::iso8601(row.time)};
}

struct Settings {
  std::optional<std::string> name;
  std::optional<std::string> audit_days;
};

Settings read_settings(store::Tx& tx) {
  return {tx.workspace.setting("name"), tx.workspace.setting("audit_days")};
}

}  // namespace

Api::Answer<ipc::StatsView> Api::handle(Call, ipc::StatsGet) {
  const std::int64_t now = now_ms();
  auto job = [now](store::Tx& tx) -> Result<Stored> {
    return Stored{tx.workspace.sends(now), tx.audit.page({}, 0, kActivities).rows};
  };
  const auto stored = co_await services_.store.run(job);
  if (!stored) co_return fail(Error(stored.error()));
  ipc::StatsView out;
  out.messages24h = {stored->sends.last_day, stored->sends.day_before};
  out.successRate24h.percentage.text = percentage(stored->sends);
  out.successRate24h.failed = stored->sends.failed;
  out.eventsToday = today(stored->sends);
  out.messages7d = week(stored->sends, now);
  for (const store::AuditRow& row : stored->activity)
    out.recentActivity.push_back(activity_view(row));
  for (const session::SessionSnapshot& snapshot : services_.sessions.list())
    count_session(out.sessions, snapshot.row.status);
  out.queue.pending = stored->sends.waiting;
  co_return out;
}

Api::Answer<ipc::WorkspaceView> Api::handle(Call, ipc::WorkspaceGet) {
  auto job = [](store::Tx& tx) -> Result<Settings> { return read_settings(tx); };
  const auto settings = co_await services_.store.run(job);
  if (!settings) co_return fail(Error(settings.error()));
  ipc::WorkspaceView out;
  out.name = settings->name.value_or("WaSphere");
  out.version = facts_.version;
  out.publicUrl = optional_text(facts_.public_url);
  out.retention = {facts_.audit_days, facts_.event_days};
  if (settings->audit_days)
    std::from_chars(settings->audit_days->data(),
                    settings->audit_days->data() + settings->audit_days->size(),
                    out.retention.auditDays);
  out.limits = {facts_.rate_per_key, facts_.rate_per_address, facts_.max_sessions};
  co_return out;
}

Api::Answer<ipc::WorkspaceView> Api::handle(Call call, ipc::WorkspaceUpdate request) {
  auto job = [&request](store::Tx& tx) -> Status {
    if (request.name) tx.workspace.set("name", *request.name);
    if (request.auditDays) tx.workspace.set("audit_days", std::to_string(*request.auditDays));
    return {};
  };
  CO_CHECK(co_await services_.store.run(job));
  ipc::WorkspaceGet now;
  co_return co_await handle(std::move(call), std::move(now));
}

}  // namespace wasphere::api
