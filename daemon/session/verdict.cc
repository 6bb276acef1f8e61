#include "daemon/session/verdict.h"

#include <algorithm>

namespace wasphere::session {
namespace {

using runtime::Duration;
using store::SessionRow;

runtime::Duration ladder(const ReconnectPolicy& policy, int attempt) {
  return policy.base * (1LL << std::min(attempt - 1, 20));
}

Verdict stay_down(std::string detail, const LinkEnd& end, const SessionRow& row) {
  Verdict verdict;
  verdict.detail = std::move(detail);
  verdict.reason = end.reason;
  verdict.events = {events::SessionDisconnected{verdict.detail, end.reason, row.reconnect_attempt}};
  return verdict;
}

// When the ladder has no more steps: only an account that is linked is worth dialing unasked.
std::optional<Duration> slow_wait(const SessionRow& row, const ReconnectPolicy& policy) {
  if (!row.linked || !policy.slow_after_exhaustion) return std::nullopt;
  return policy.slow_interval;
}

Verdict on_restart(const LinkEnd& end, const SessionRow& row) {
  Verdict verdict = unchanged(row);
  verdict.wait = Duration{0};
  if (row.status != store::Status::connected) return verdict;
  verdict.status = store::Status::reconnecting;
  verdict.detail = "dialing";
  verdict.reason = end.reason;
  verdict.events = {events::SessionStatus{}};
  return verdict;
}

Verdict exhausted(const LinkEnd& end, const SessionRow& row, const ReconnectPolicy& policy) {
  Verdict verdict = stay_down(row.linked ? "retries_exhausted" : "connect_failed", end, row);
  verdict.attempt = row.reconnect_attempt;
  verdict.wait = slow_wait(row, policy);
  return verdict;
}

Verdict next_step(const LinkEnd& end, const SessionRow& row, const ReconnectPolicy& policy) {
  Verdict verdict;
  verdict.status = row.linked ? store::Status::reconnecting : store::Status::connecting;
  verdict.detail = row.linked ? "backoff" : "dialing";
  verdict.reason = end.reason;
  verdict.attempt = row.reconnect_attempt + 1;
  verdict.wait = ladder(policy, verdict.attempt);
  verdict.events = {events::SessionReconnecting{verdict.attempt, policy.attempts,
                                                verdict.wait->count(), end.reason}};
  return verdict;
}

// A dial of a session that shows as disconnected: the ladder goes on behind it, without events.
Verdict quiet_step(const SessionRow& row, const ReconnectPolicy& policy) {
  Verdict verdict = unchanged(row);
  verdict.attempt = std::min(row.reconnect_attempt + 1, policy.attempts);
  const bool steps_left = row.reconnect_attempt < policy.attempts;
  verdict.wait = steps_left ? ladder(policy, verdict.attempt) : slow_wait(row, policy);
  return verdict;
}

Verdict on_transient(const LinkEnd& end, const SessionRow& row, const ReconnectPolicy& policy) {
  if (row.status == store::Status::disconnected) return quiet_step(row, policy);
  if (row.reconnect_attempt >= policy.attempts) return exhausted(end, row, policy);
  return next_step(end, row, policy);
}

// Somebody in between, or a wrong root: it has a name of its own, and is retried behind it.
Verdict on_certificate(const LinkEnd& end, const SessionRow& row, const ReconnectPolicy& policy) {
  Verdict quiet = quiet_step(row, policy);
  const bool known = row.status == store::Status::disconnected && row.status_detail == end.reason;
  if (known) return quiet;
  Verdict verdict = stay_down("certificate_rejected", end, row);
  verdict.attempt = quiet.attempt;
  verdict.wait = quiet.wait;
  return verdict;
}

Verdict on_logged_out(const LinkEnd& end, const SessionRow& row) {
  Verdict verdict = stay_down("logged_out", end, row);
  verdict.wipe = true;
  verdict.events.insert(verdict.events.begin(), events::SessionLoggedOut{end.reason});
  return verdict;
}

Verdict on_ban(const LinkEnd& end, std::string kind, std::int64_t now_ms) {
  Verdict verdict;
  verdict.status = store::Status::banned;
  verdict.detail = kind;
  verdict.reason = end.reason;
  store::BanRecord ban{std::move(kind), end.ban_code, std::nullopt, {}};
  if (end.kind == EndKind::banned_temporary && end.ban_seconds) {
    const auto for_ms = static_cast<std::int64_t>(*end.ban_seconds) * 1000;
    ban.expires_at = now_ms + for_ms;
    verdict.wait = Duration{for_ms};
  }
  verdict.ban = std::move(ban);
  verdict.events = {events::SessionBanned{}};
  return verdict;
}

Verdict fatal(std::string detail, const LinkEnd& end, const SessionRow& row) {
  Verdict verdict = stay_down(std::move(detail), end, row);
  verdict.events.insert(verdict.events.begin(),
                        events::SessionFailed{end.reason, row.reconnect_attempt});
  return verdict;
}

Verdict on_store_failure(const LinkEnd& end, const SessionRow& row, const ReconnectPolicy& policy) {
  Verdict verdict = fatal("store_error", end, row);
  verdict.wait = slow_wait(row, policy);
  return verdict;
}

}  // namespace

Verdict unchanged(const SessionRow& row) {
  Verdict verdict;
  verdict.status = row.status;
  verdict.detail = row.status_detail;
  verdict.reason = row.status_reason;
  verdict.attempt = row.reconnect_attempt;
  verdict.ban = row.ban;
  return verdict;
}

void forget_account(SessionRow& row) {
  row.linked = false;
  row.jid.clear();
  row.lid.clear();
  row.push_name.clear();
}

Verdict judge(const LinkEnd& end, const SessionRow& row, const ReconnectPolicy& policy,
              std::int64_t now_ms) {
  switch (end.kind) {
    case EndKind::stopped:
      return unchanged(row);
    case EndKind::restart:
      return on_restart(end, row);
    case EndKind::retry:
      return on_transient(end, row, policy);
    case EndKind::logged_out:
      return on_logged_out(end, row);
    case EndKind::replaced:
      return stay_down("replaced", end, row);
    case EndKind::banned_temporary:
      return on_ban(end, "temporary", now_ms);
    case EndKind::banned_permanent:
      return on_ban(end, "permanent", now_ms);
    case EndKind::banned_locked:
      return on_ban(end, "locked", now_ms);
    case EndKind::outdated:
      return fatal("client_outdated", end, row);
    case EndKind::refused:
      return stay_down("client_rejected", end, row);
    case EndKind::multidevice_off:
    case EndKind::pairing_failed:
      return stay_down("connect_failed", end, row);
    case EndKind::certificate_rejected:
      return on_certificate(end, row, policy);
    case EndKind::qr_expired:
      return stay_down("qr_expired", end, row);
    case EndKind::store_failed:
      return on_store_failure(end, row, policy);
  }
  return unchanged(row);
}

void carry_out(const Verdict& verdict, SessionRow& row, std::int64_t now_ms) {
  row.status = verdict.status;
  row.status_detail = verdict.detail;
  row.status_reason = verdict.reason;
  row.reconnect_attempt = verdict.attempt;
  row.ban = verdict.ban;
  const bool later = verdict.wait && verdict.wait->count() > 0;
  row.next_attempt_at = later ? now_ms + verdict.wait->count() : 0;
  if (verdict.wipe) forget_account(row);
}

}  // namespace wasphere::session
