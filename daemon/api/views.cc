#include "daemon/api/views.h"

#include "daemon/api/qr_image.h"
#include "daemon/runtime/clock.h"

namespace wasphere::api {
namespace {

void copy_settings(ipc::SessionView& view, const store::SessionSettings& settings) {
  view.msgDelayMinMs = settings.msg_delay_min_ms;
  view.msgDelayMaxMs = settings.msg_delay_max_ms;
  view.typingSimulation = settings.typing_simulation;
  view.rateLimitPerMin = settings.rate_limit_per_min;
  view.autoReadOnReceive = settings.auto_read_on_receive;
  view.receiveEnabled = settings.receive_enabled;
}

ipc::BanView ban_view(const store::BanRecord& ban) {
  ipc::BanView view;
  view.kind = ban.kind;
  if (ban.code != 0) view.code = ban.code;
  if (ban.expires_at) view.expiresAt = runtime::iso8601(*ban.expires_at);
  view.message = optional_text(ban.message);
  return view;
}

ipc::ReconnectView reconnect_view(const session::SessionSnapshot& snapshot) {
  ipc::ReconnectView view;
  view.attempt = snapshot.row.reconnect_attempt;
  view.maxAttempts = snapshot.max_attempts;
  if (snapshot.next_attempt_at) view.nextAttemptAt = runtime::iso8601(*snapshot.next_attempt_at);
  return view;
}

template <class View>
void copy_qr(View& view, const session::SessionSnapshot& snapshot) {
  if (!snapshot.qr) return;
  view.qrString = snapshot.qr->text;
  view.expiresAt = runtime::iso8601(snapshot.qr->expires_at);
  if (auto image = qr_data_uri(snapshot.qr->text)) view.qrCode = std::move(*image);
}

}  // namespace

std::optional<std::string> optional_text(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

std::optional<std::string> optional_time(std::int64_t unix_ms) {
  return unix_ms == 0 ? std::nullopt : std::optional(runtime::iso8601(unix_ms));
}

ipc::SessionView session_view(const session::SessionSnapshot& snapshot, WithQr with_qr) {
  const store::SessionRow& row = snapshot.row;
  ipc::SessionView view;
  view.id = row.id;
  view.name = row.name;
  view.description = row.description;
  view.status = store::status_name(row.status);
  view.statusDetail = row.status_detail;
  view.statusReason = optional_text(row.status_reason);
  view.phoneNumber = optional_text(row.phone_number);
  view.connectedAt = optional_time(row.connected_at);
  view.lastSeenAt = optional_time(row.last_seen_at);
  view.createdAt = runtime::iso8601(row.created_at);
  view.jid = optional_text(row.jid);
  view.lid = optional_text(row.lid);
  view.pushName = optional_text(row.push_name);
  copy_settings(view, row.settings);
  view.reconnect = reconnect_view(snapshot);
  view.queue.held = row.queue_held;
  if (row.ban) view.ban = ban_view(*row.ban);
  if (with_qr == WithQr::yes) copy_qr(view, snapshot);
  return view;
}

ipc::QrView qr_view(const session::SessionSnapshot& snapshot) {
  ipc::QrView view;
  view.id = snapshot.row.id;
  view.status = store::status_name(snapshot.row.status);
  copy_qr(view, snapshot);
  return view;
}

void count_session(ipc::SessionCounts& counts, store::Status status) {
  ++counts.total;
  switch (status) {
    case store::Status::disconnected:
      ++counts.disconnected;
      return;
    case store::Status::connecting:
      ++counts.connecting;
      return;
    case store::Status::connected:
      ++counts.connected;
      return;
    case store::Status::reconnecting:
      ++counts.reconnecting;
      return;
    case store::Status::banned:
      ++counts.banned;
      return;
  }
}

}  // namespace wasphere::api
