#include "daemon/webhook/policy.h"

#include <algorithm>
#include <array>

namespace wasphere::webhook {
namespace {

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kHour = 3600 * kSecond;
constexpr std::array<std::int64_t, kMostAttempts - 1> kLadder{
    1 * kSecond,   5 * kSecond, 30 * kSecond, 120 * kSecond,
    600 * kSecond, kHour,       3 * kHour,    12 * kHour};
constexpr int kGone = 410;

bool contains(const std::vector<std::string>& list, std::string_view item) {
  return std::ranges::find(list, item) != list.end();
}

void switch_off(store::WebhookRow& webhook, std::string reason) {
  webhook.active = false;
  webhook.disabled_reason = std::move(reason);
}

void succeed(std::int64_t now, store::WebhookRow& webhook, store::DeliveryRow& delivery) {
  delivery.status = store::DeliveryStatus::delivered;
  delivery.next_attempt_at = 0;
  delivery.finished_at = now;
  delivery.last_error.clear();
  webhook.failure_count = 0;
  webhook.failing_since = 0;
  webhook.last_delivered_at = now;
}

void give_up(std::int64_t now, store::WebhookRow& webhook, store::DeliveryRow& delivery) {
  delivery.status = store::DeliveryStatus::dead;
  delivery.next_attempt_at = 0;
  delivery.finished_at = now;
  ++webhook.failure_count;
  if (webhook.failure_count >= kMostDeadInARow) switch_off(webhook, "failures");
}

}  // namespace

std::string describe(const Attempt& attempt) {
  if (attempt.status != 0) return "Endpoint returned " + std::to_string(attempt.status) + ".";
  return attempt.error;
}

std::int64_t wait_after(int attempts, std::int64_t retry_after_ms, Rng& rng) {
  const auto rung = static_cast<std::size_t>(std::clamp(attempts, 1, kMostAttempts - 1) - 1);
  const auto base = static_cast<std::uint64_t>(kLadder[rung]);
  const auto wait = static_cast<std::int64_t>(rng.between(base * 4 / 5, base * 6 / 5));
  return std::max(wait, std::clamp<std::int64_t>(retry_after_ms, 0, kHour));
}

void settle(const Attempt& attempt, std::int64_t now, Rng& rng, store::WebhookRow& webhook,
            store::DeliveryRow& delivery) {
  ++delivery.attempts;
  delivery.last_status_code = attempt.status;
  if (succeeded(attempt)) return succeed(now, webhook, delivery);
  delivery.last_error = describe(attempt);
  webhook.last_failed_at = now;
  if (webhook.failing_since == 0) webhook.failing_since = now;
  if (attempt.status == kGone || delivery.attempts >= webhook.retry_max) {
    give_up(now, webhook, delivery);
  } else {
    delivery.status = store::DeliveryStatus::retrying;
    delivery.next_attempt_at = now + wait_after(delivery.attempts, attempt.retry_after_ms, rng);
  }
  if (now - webhook.failing_since >= kLongestFailure) switch_off(webhook, "failing_for_days");
  if (attempt.status == kGone) switch_off(webhook, "gone");
}

bool wants(const store::WebhookRow& webhook, const std::string& event,
           const std::string& session_id) {
  if (!contains(webhook.events, "*") && !contains(webhook.events, event)) return false;
  return webhook.session_ids.empty() || contains(webhook.session_ids, session_id);
}

}  // namespace wasphere::webhook
