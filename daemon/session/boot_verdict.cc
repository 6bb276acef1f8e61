// What a session found in the store does when the process starts.
#include <algorithm>
#include <array>

#include "daemon/session/verdict.h"

namespace wasphere::session {
namespace {

using runtime::Duration;
using store::SessionRow;

// Ends that another start of the process does not mend.
bool is_final(const SessionRow& row) {
  constexpr std::array<std::string_view, 4> kFinal{"user", "logged_out", "replaced",
                                                   "never_linked"};
  if (row.status == store::Status::banned) return true;
  if (row.status != store::Status::disconnected) return false;
  return std::find(kFinal.begin(), kFinal.end(), row.status_detail) != kFinal.end();
}

Verdict as_stored(const SessionRow& row) {
  Verdict verdict;
  verdict.status = row.status;
  verdict.detail = row.status_detail;
  verdict.reason = row.status_reason;
  verdict.attempt = row.reconnect_attempt;
  verdict.ban = row.ban;
  return verdict;
}

Verdict dial_now(const SessionRow& row) {
  Verdict verdict = as_stored(row);
  verdict.status = store::Status::reconnecting;
  verdict.detail = "dialing";
  verdict.ban.reset();
  verdict.wait = Duration{0};
  verdict.events = {events::SessionStatus{}};
  return verdict;
}

std::optional<Verdict> unlinked_at_boot(const SessionRow& row) {
  if (row.status == store::Status::disconnected && row.next_attempt_at == 0) return std::nullopt;
  if (row.status == store::Status::disconnected) return as_stored(row);  // and no attempt any more
  Verdict verdict;
  verdict.detail = "qr_expired";
  verdict.reason = "qr_expired";
  verdict.events = {events::SessionDisconnected{"qr_expired", "qr_expired", row.reconnect_attempt}};
  return verdict;
}

std::optional<Verdict> unwanted_at_boot(const SessionRow& row) {
  if (row.status == store::Status::disconnected || row.status == store::Status::banned)
    return std::nullopt;
  Verdict verdict;
  verdict.detail = "user";
  verdict.reason = "user";
  verdict.events = {events::SessionDisconnected{"user", "user", 0}};
  return verdict;
}

}  // namespace

std::optional<Verdict> judge_at_boot(const SessionRow& row, std::int64_t now_ms) {
  if (!row.linked) return unlinked_at_boot(row);
  if (!row.desired_up) return unwanted_at_boot(row);
  if (row.next_attempt_at > now_ms) {
    // A restart is no way around the back-off, or a crash loop would hammer the server.
    Verdict verdict = as_stored(row);
    verdict.wait = Duration{row.next_attempt_at - now_ms};
    return verdict;
  }
  if (row.next_attempt_at > 0) return dial_now(row);
  const bool gave_up =
      row.status == store::Status::disconnected && row.status_detail == "retries_exhausted";
  if (is_final(row) || gave_up) return std::nullopt;
  return dial_now(row);
}

}  // namespace wasphere::session
