#include "daemon/session/session_state.h"

#include <algorithm>

#include "daemon/session/lease.h"

namespace wasphere::session {

using runtime::Task;

SessionState::SessionState(const Services& services, store::SessionRow row)
    : services_(services), row_(std::move(row)) {}

bool SessionState::in(store::Status status, std::string_view detail) const {
  return row_.status == status && row_.status_detail == detail;
}

std::int64_t SessionState::now() const {
  return runtime::unix_millis(services_.clock);
}

store::EventRow SessionState::encode(const events::Event& event,
                                     const store::SessionRow& row) const {
  return services_.encoder.encode(event, row, now());
}

Task<Status> SessionState::insert() {
  const auto lock = co_await writing_.lock();
  const store::SessionRow row = row_;
  const stanza::Device device = stanza::Device::generate(services_.rng);
  const store::EventRow created = encode(events::SessionCreated{}, row);
  auto job = [&](store::Tx& tx) -> Status {
    WS_CHECK(tx.sessions.insert(row));
    WS_CHECK(tx.sessions.acquire_lease(row.id, kNode, row.created_at, kLeaseMs));
    tx.devices.save(row.id, device);
    tx.events.append(created);
    return {};
  };
  CO_CHECK(co_await services_.store.run(job));
  device_ = device;
  co_return Status{};
}

Task<Status> SessionState::load_device() {
  const auto lock = co_await writing_.lock();
  if (device_) co_return Status{};
  auto job = [id = row_.id](store::Tx& tx) { return tx.devices.load(id); };
  CO_TRY(device_, co_await services_.store.run(job));
  co_return Status{};
}

Task<Status> SessionState::apply(Change change) {
  const auto lock = co_await writing_.lock();
  store::SessionRow row = row_;
  if (change.row) change.row(row);
  std::optional<stanza::Device> device = device_;
  if (change.credentials != Credentials::keep) device.reset();
  if (change.credentials == Credentials::renew) device = stanza::Device::generate(services_.rng);
  if (change.device && device) change.device(*device);
  const bool save_device = device && (change.device || change.credentials == Credentials::renew);
  std::vector<store::EventRow> events;
  for (const events::Event& event : change.events) events.push_back(encode(event, row));
  auto job = [&](store::Tx& tx) -> Status {
    if (change.credentials != Credentials::keep) tx.devices.wipe(row.id);
    if (save_device) tx.devices.save(row.id, *device);
    if (change.row) {
      WS_CHECK(tx.sessions.update(row));
    }
    if (change.also) change.also(tx);
    for (store::EventRow& event : events) tx.events.append(std::move(event));
    return {};
  };
  CO_CHECK(co_await services_.store.run(job));
  row.last_seen_at = std::max(row.last_seen_at, row_.last_seen_at);
  row_ = std::move(row);
  device_ = std::move(device);
  pulse();
  co_return Status{};
}

Task<Status> SessionState::enter(Phase phase, std::optional<events::Event> event) {
  Change change;
  change.events.push_back(event.value_or(events::SessionStatus{}));
  change.row = [phase = std::move(phase)](store::SessionRow& row) {
    row.status = phase.status;
    row.status_detail = phase.detail;
    row.status_reason = phase.reason;
  };
  co_return co_await apply(std::move(change));
}

Task<Status> SessionState::remove() {
  const auto lock = co_await writing_.lock();
  const store::EventRow deleted = encode(events::SessionDeleted{}, row_);
  auto job = [id = row_.id, &deleted](store::Tx& tx) -> Status {
    tx.sessions.remove(id);
    tx.events.append(deleted);
    return {};
  };
  co_return co_await services_.store.run(job);
}

void SessionState::show_store_failure(std::string reason, std::int64_t next_attempt_at) {
  row_.status = store::Status::disconnected;
  row_.status_detail = "store_error";
  row_.status_reason = std::move(reason);
  row_.next_attempt_at = next_attempt_at;
  pulse();
}

void SessionState::show_qr(std::optional<Qr> qr) {
  qr_ = std::move(qr);
  pulse();
}

void SessionState::show_code(std::optional<PairingCode> code) {
  code_ = std::move(code);
  pulse();
}

std::optional<Qr> SessionState::live_qr() const {
  if (qr_ && qr_->expires_at <= now()) return std::nullopt;
  return qr_;
}

std::optional<PairingCode> SessionState::live_code() const {
  if (code_ && code_->expires_at <= now()) return std::nullopt;
  return code_;
}

void SessionState::saw_traffic(std::int64_t at_ms) {
  row_.last_seen_at = std::max(row_.last_seen_at, at_ms);
}

void SessionState::pulse() {
  changed_.set();
  changed_.reset();
}

}  // namespace wasphere::session
