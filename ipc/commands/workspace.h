// The installation as a whole: its figures and its settings.
#pragma once

#include <optional>
#include <vector>

#include "ipc/command.h"
#include "ipc/commands/daemon.h"

namespace wasphere::ipc {

struct DayCount {
  std::int64_t count = 0;
  std::int64_t previousDayCount = 0;
  static constexpr auto fields =
      std::tuple{field("count", &DayCount::count, "In the last 24 hours."),
                 field("previousDayCount", &DayCount::previousDayCount, "In the 24 hours before.")};
};

struct SuccessRate {
  // Tenths of a percent are exact as text; a number would be a binary fraction.
  Json percentage{"100"};
  std::int64_t failed = 0;
  static constexpr auto fields =
      std::tuple{field("percentage", &SuccessRate::percentage,
                       "Share of messages that did not fail, to a tenth; 100 without messages."),
                 field("failed", &SuccessRate::failed, "How many failed.")};
};

struct TodayCount {
  std::int64_t count = 0;
  Json byType{"{}"};
  static constexpr auto fields =
      std::tuple{field("count", &TodayCount::count, "Since midnight UTC."),
                 field("byType", &TodayCount::byType, "The same for each type of message.")};
};

struct DateCount {
  std::string date;
  std::int64_t count = 0;
  static constexpr auto fields =
      std::tuple{field("date", &DateCount::date, "Day in UTC."),
                 field("count", &DateCount::count, "Messages of that day.")};
};

struct ActivityView {
  std::string id;
  std::string method;
  std::string endpoint;
  std::int64_t statusCode = 0;
  std::optional<std::string> sessionId;
  std::string createdAt;
  static constexpr auto fields =
      std::tuple{field("id", &ActivityView::id, "Its id in the audit log."),
                 field("method", &ActivityView::method, "HTTP method, or RPC."),
                 field("endpoint", &ActivityView::endpoint, "Path, or operation."),
                 field("statusCode", &ActivityView::statusCode, "Status of the answer."),
                 field("sessionId", &ActivityView::sessionId, "The session concerned."),
                 field("createdAt", &ActivityView::createdAt, "When it was answered.")};
};

struct PendingCount {
  std::int64_t pending = 0;
  static constexpr auto fields =
      std::tuple{field("pending", &PendingCount::pending, "Messages that wait to be sent.")};
};

struct StatsView {
  DayCount messages24h;
  SuccessRate successRate24h;
  TodayCount eventsToday;
  std::vector<DateCount> messages7d;
  std::vector<ActivityView> recentActivity;
  SessionCounts sessions;
  PendingCount queue;
  static constexpr auto fields =
      std::tuple{field("messages24h", &StatsView::messages24h, "Messages sent or tried."),
                 field("successRate24h", &StatsView::successRate24h, "How many of them failed."),
                 field("eventsToday", &StatsView::eventsToday, "Messages of today."),
                 field("messages7d", &StatsView::messages7d, "Seven days, today last."),
                 field("recentActivity", &StatsView::recentActivity, "The last 8 audited calls."),
                 field("sessions", &StatsView::sessions, "Sessions by status."),
                 field("queue", &StatsView::queue, "What waits.")};
};

struct StatsGet {
  using Response = StatsView;
  static constexpr CommandInfo command{.method = "stats.get",
                                       .cli = "stats",
                                       .route = get("/api/stats"),
                                       .scope = Scope::workspace_read,
                                       .summary = "Count messages, sessions and failures.",
                                       .returns = "The figures.",
                                       .errors = {ErrorCode::storage_unavailable},
                                       .reach = Reach::unbound};
  static constexpr auto fields = std::tuple{};
};

struct RetentionView {
  std::int64_t auditDays = 0;
  std::int64_t eventDays = 0;
  static constexpr auto fields = std::tuple{
      field("auditDays", &RetentionView::auditDays,
            "Days for which the audit log is kept; 0 for ever."),
      field("eventDays", &RetentionView::eventDays, "Days for which events are kept; 0 for ever.")};
};

struct LimitsView {
  std::int64_t ratePerKey = 0;
  std::int64_t ratePerAddress = 0;
  std::int64_t maxSessions = 0;
  static constexpr auto fields = std::tuple{
      field("ratePerKey", &LimitsView::ratePerKey, "Requests a minute of one key; 0: no limit."),
      field("ratePerAddress", &LimitsView::ratePerAddress,
            "Requests a minute of one address; 0: no limit."),
      field("maxSessions", &LimitsView::maxSessions, "Sessions that may exist; 0: no limit.")};
};

struct WorkspaceView {
  std::string name;
  std::string version;
  std::optional<std::string> publicUrl;
  RetentionView retention;
  LimitsView limits;
  static constexpr auto fields =
      std::tuple{field("name", &WorkspaceView::name, "What the operator calls it."),
                 field("version", &WorkspaceView::version, "Version of the daemon."),
                 field("publicUrl", &WorkspaceView::publicUrl, "Where others reach it, if told."),
                 field("retention", &WorkspaceView::retention, "For how long things are kept."),
                 field("limits", &WorkspaceView::limits, "The limits in force.")};
};

struct WorkspaceGet {
  using Response = WorkspaceView;
  static constexpr CommandInfo command{.method = "workspace.get",
                                       .cli = "workspace show",
                                       .route = get("/api/workspace"),
                                       .scope = Scope::workspace_read,
                                       .summary = "Show the installation and its limits.",
                                       .returns = "The installation.",
                                       .errors = {ErrorCode::storage_unavailable},
                                       .reach = Reach::unbound};
  static constexpr auto fields = std::tuple{};
};

struct WorkspaceUpdate {
  using Response = WorkspaceView;
  static constexpr CommandInfo command{
      .method = "workspace.update",
      .cli = "workspace set",
      .route = patch("/api/workspace"),
      .scope = Scope::workspace_write,
      .summary = "Change the installation's name and how long its audit log is kept.",
      .returns = "The installation as it is now.",
      .errors = {ErrorCode::storage_unavailable},
      .reach = Reach::unbound};
  std::optional<std::string> name;
  std::optional<std::int64_t> auditDays;
  static constexpr auto fields =
      std::tuple{field("name", &WorkspaceUpdate::name, "What it is called.", length(1, 64)),
                 field("auditDays", &WorkspaceUpdate::auditDays,
                       "Days for which the audit log is kept; 0 for ever.", range(0, 36500))};
};

}  // namespace wasphere::ipc
