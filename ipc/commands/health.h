// How the daemon is: for load balancers, monitoring and people.
#pragma once

#include <optional>
#include <vector>

#include "ipc/command.h"

namespace wasphere::ipc {

struct Alive {
  std::string status = "ok";
  static constexpr auto fields = std::tuple{field("status", &Alive::status, "Always ok.")};
};

struct HealthLive {
  using Response = Alive;
  static constexpr CommandInfo command{.method = "health.live",
                                       .route = get("/api/health/live"),
                                       .summary = "Tell that the process works.",
                                       .returns = "A sign of life.",
                                       .anyone = true};
  static constexpr auto fields = std::tuple{};
};

inline constexpr std::array<std::string_view, 2> kReadiness{"ready", "not_ready"};

struct Readiness {
  std::string status;
  std::optional<std::string> reason;
  static constexpr auto fields = std::tuple{
      field("status", &Readiness::status, "Whether calls are answered.", one_of(kReadiness)),
      field("reason", &Readiness::reason, "Why not, in one word.")};
};

struct HealthReady {
  using Response = Readiness;
  static constexpr CommandInfo command{
      .method = "health.ready",
      .route = get("/api/health/ready").or_if(503, "not_ready"),
      .summary = "Tell whether the daemon can answer calls.",
      .description =
          "That is, its database can be written and it is not stopping. Whether "
          "accounts are connected does not matter.",
      .returns = "Whether it can.",
      .anyone = true};
  static constexpr auto fields = std::tuple{};
};

struct MemoryView {
  std::int64_t rss = 0;
  static constexpr auto fields =
      std::tuple{field("rss", &MemoryView::rss, "Bytes of memory the process has now.")};
};

struct SessionHealth {
  std::string id;
  std::string status;
  static constexpr auto fields = std::tuple{field("id", &SessionHealth::id, "The session."),
                                            field("status", &SessionHealth::status, "Its status.")};
};

struct WhatsAppHealth {
  std::int64_t totalSessions = 0;
  std::int64_t connectedSessions = 0;
  std::vector<SessionHealth> sessions;
  static constexpr auto fields =
      std::tuple{field("totalSessions", &WhatsAppHealth::totalSessions, "How many there are."),
                 field("connectedSessions", &WhatsAppHealth::connectedSessions,
                       "How many of them are connected."),
                 field("sessions", &WhatsAppHealth::sessions, "Each of them.")};
};

struct HealthView {
  std::string status = "ok";
  std::string version;
  std::int64_t uptime = 0;
  std::string timestamp;
  MemoryView memory;
  WhatsAppHealth whatsapp;
  static constexpr auto fields =
      std::tuple{field("status", &HealthView::status, "ok, or degraded when it is not ready."),
                 field("version", &HealthView::version, "Version of the daemon."),
                 field("uptime", &HealthView::uptime, "Seconds since it was started."),
                 field("timestamp", &HealthView::timestamp, "The daemon's time."),
                 field("memory", &HealthView::memory, "What memory it uses."),
                 field("whatsapp", &HealthView::whatsapp, "Its sessions.")};
};

struct HealthGet {
  using Response = HealthView;
  static constexpr CommandInfo command{.method = "health.get",
                                       .cli = "daemon health",
                                       .route = get("/api/health"),
                                       .scope = Scope::sessions_read,
                                       .summary = "Tell how daemon and sessions are.",
                                       .returns = "The whole picture.",
                                       .reach = Reach::filtered};
  static constexpr auto fields = std::tuple{};
};

struct MetricsText {
  std::string text;
  static constexpr auto fields =
      std::tuple{field("text", &MetricsText::text, "Lines in the Prometheus text format.")};
};

struct DaemonMetrics {
  using Response = MetricsText;
  static constexpr CommandInfo command{
      .method = "daemon.metrics",
      .cli = "daemon metrics",
      .route = get("/api/metrics").as("text/plain; version=0.0.4; charset=utf-8"),
      .scope = Scope::workspace_read,
      .summary = "Give the figures of the daemon for Prometheus.",
      .description = "From the host itself they can be read without a key.",
      .returns = "The figures.",
      .errors = {ErrorCode::storage_unavailable},
      .open_to_loopback = true};
  static constexpr auto fields = std::tuple{};
};

}  // namespace wasphere::ipc
