// How the daemon is.
#include <algorithm>
#include <array>

#include "daemon/api/api.h"
#include "daemon/store/webhooks.h"

namespace wasphere::api {
namespace {

constexpr std::array kStatuses{store::Status::disconnected, store::Status::connecting,
                               store::Status::connected, store::Status::reconnecting,
                               store::Status::banned};

void add_sessions(MetricsText& out, const std::vector<session::SessionSnapshot>& sessions) {
  out.family("wasphere_sessions", "gauge", "Sessions by status.");
  for (const store::Status status : kStatuses) {
    const auto count = std::count_if(sessions.begin(), sessions.end(), [&](const auto& snapshot) {
      return snapshot.row.status == status;
    });
    out.sample("wasphere_sessions", "status=\"" + std::string(store::status_name(status)) + "\"",
               static_cast<double>(count));
  }
}

struct StoredFigures {
  std::int64_t webhook_open = 0;
  std::int64_t webhook_dead = 0;
  std::int64_t webhook_oldest_open_at = 0;
  store::SendFigures sends;
};

StoredFigures stored_figures(store::Tx& tx, std::int64_t now) {
  StoredFigures out;
  out.sends = tx.workspace.sends(now);
  for (const store::WebhookRow& hook : tx.webhooks.all()) {
    const store::WebhookBacklog backlog = tx.webhooks.backlog(hook.id);
    out.webhook_open += backlog.open;
    out.webhook_dead += backlog.dead;
    const bool older =
        out.webhook_oldest_open_at == 0 || backlog.oldest_open_at < out.webhook_oldest_open_at;
    if (backlog.oldest_open_at != 0 && older) out.webhook_oldest_open_at = backlog.oldest_open_at;
  }
  return out;
}

double seconds_since(std::int64_t then_ms, std::int64_t now_ms) {
  return then_ms == 0 ? 0 : static_cast<double>(now_ms - then_ms) / 1000;
}

void add_stored(MetricsText& out, const StoredFigures& figures, std::int64_t now) {
  out.gauge("wasphere_webhook_deliveries_open", "Deliveries that are not finished.",
            static_cast<double>(figures.webhook_open));
  out.gauge("wasphere_webhook_dead_letters", "Deliveries that were given up.",
            static_cast<double>(figures.webhook_dead));
  out.gauge("wasphere_webhook_lag_seconds", "Age of the oldest delivery that is not finished.",
            seconds_since(figures.webhook_oldest_open_at, now));
  out.gauge("wasphere_queue_depth", "Messages that wait to be sent.",
            static_cast<double>(figures.sends.waiting));
  out.gauge("wasphere_queue_age_seconds", "Age of the oldest message that waits.",
            seconds_since(figures.sends.oldest_waiting_at, now));
  out.gauge("wasphere_send_latency_seconds", "Mean from queue to server in five minutes.",
            static_cast<double>(figures.sends.mean_latency_ms) / 1000);
}

}  // namespace

Api::Answer<ipc::Alive> Api::handle(Call, ipc::HealthLive) {
  ipc::Alive out;
  co_return out;
}

Api::Answer<ipc::Readiness> Api::handle(Call, ipc::HealthReady) {
  auto nothing = [](store::Tx&) -> Status { return {}; };
  const Status stored = co_await services_.store.run(nothing);
  ipc::Readiness out;
  out.status = stored ? "ready" : "not_ready";
  if (!stored) {
    const bool stopping = stored.error().code == ErrorCode::shutting_down;
    out.reason = stopping ? "shutting_down" : "storage_unavailable";
  }
  co_return out;
}

Api::Answer<ipc::HealthView> Api::handle(Call call, ipc::HealthGet) {
  ipc::HealthView out;
  out.version = facts_.version;
  out.uptime = (now_ms() - facts_.started_at) / 1000;
  out.timestamp = runtime::iso8601(now_ms());
  out.memory.rss = resident_bytes();
  const std::string& bound_to = call.caller.session_id;
  for (const session::SessionSnapshot& snapshot : services_.sessions.list()) {
    if (!bound_to.empty() && snapshot.row.id != bound_to) continue;
    ++out.whatsapp.totalSessions;
    if (snapshot.row.status == store::Status::connected) ++out.whatsapp.connectedSessions;
    out.whatsapp.sessions.push_back(
        {snapshot.row.id, std::string(store::status_name(snapshot.row.status))});
  }
  co_return out;
}

Api::Answer<ipc::MetricsText> Api::handle(Call, ipc::DaemonMetrics) {
  const auto begin = services_.clock.now_steady();
  const std::int64_t now = now_ms();
  auto job = [now](store::Tx& tx) -> Result<StoredFigures> { return stored_figures(tx, now); };
  const auto figures = co_await services_.store.run(job);
  if (!figures) co_return fail(Error(figures.error()));
  const std::chrono::duration<double> store_time = services_.clock.now_steady() - begin;
  MetricsText text;
  add_sessions(text, services_.sessions.list());
  add_stored(text, *figures, now_ms());
  text.counter("wasphere_events_total", "Events that were ever written.",
               static_cast<double>(services_.feed.newest()));
  text.gauge("wasphere_store_seconds", "Time of one transaction of the store, measured now.",
             store_time.count());
  text.gauge("wasphere_memory_bytes", "Memory of the process.",
             static_cast<double>(resident_bytes()));
  text.gauge("wasphere_uptime_seconds", "Time since the start.",
             seconds_since(facts_.started_at, now_ms()));
  for (const Collector& collect : services_.collectors) collect(text);
  ipc::MetricsText out;
  out.text = text.take();
  co_return out;
}

}  // namespace wasphere::api
