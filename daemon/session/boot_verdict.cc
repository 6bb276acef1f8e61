// What a session found in the store does when the process starts.
#include <algorithm>
#include <array>

#include "daemon/session/verdict.h"

namespace wasphere::session {
namespace {

using runtime::Duration;
using store::SessionRow;

// Ends that another start of the process does not mend, with no attempt planned.
bool is_final(const SessionRow& row) {
  constexpr std::array<std::string_view, 5> kFinal{"user", "logged_out", "replaced", "never_linked",
                                                   "retries_exhausted"};
  if (row.status == store::Status::banned) return true;
  if (row.status != store::Status::disconnected) return false;
  return std::find(kFinal.begin(), kFinal.end(), row.status_detail) != kFinal.end();
}

Verdict dial_now(const SessionRow& row) {
  Verdict verdict = unchanged(row);
  verdict.status = store::Status::reconnecting;
  verdict.detail = "dialing";
  verdict.ban.reset();
  verdict.wait = Duration{0};
  verdict.events = {events::SessionStatus{}};
  return verdict;
}

std::optional<Verdict> unlinked_at_boot(const SessionRow& row) {
  if (row.status == store::Status::disconnected && row.next_attempt_at == 0) return std::nullopt;
  if (row.status == store::Status::disconnected) return unchanged(row);  // and no attempt any more
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
  // It was this host's trouble, and somebody has started us again: no reason to wait.
  if (row.status_detail == "store_error") return dial_now(row);
  if (row.next_attempt_at > now_ms) {
    // A restart is no way around the back-off, or a crash loop would hammer the server.
    Verdict verdict = unchanged(row);
    verdict.wait = Duration{row.next_attempt_at - now_ms};
    return verdict;
  }
  if (row.next_attempt_at > 0) return dial_now(row);
  if (is_final(row)) return std::nullopt;
  return dial_now(row);
}

}  // namespace wasphere::session
