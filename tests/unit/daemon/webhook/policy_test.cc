#include "daemon/webhook/policy.h"

#include <catch2/catch.hpp>

#include "tests/support/seeded_rng.h"

namespace wasphere::webhook {
namespace {

constexpr std::int64_t kNow = 1'780'000'000'000;

struct Case {
  test::SeededRng rng{1};
  store::WebhookRow webhook;
  store::DeliveryRow delivery;

  void attempt(const Attempt& what, std::int64_t now = kNow) {
    settle(what, now, rng, webhook, delivery);
  }
  void next_delivery() { delivery = {}; }
};

}  // namespace

TEST_CASE("the ladder, each rung up to a fifth shorter or longer") {
  test::SeededRng rng(1);
  const std::int64_t seconds[] = {1, 5, 30, 120, 600, 3600, 3 * 3600, 12 * 3600};
  for (int attempts = 1; attempts <= 8; ++attempts) {
    std::int64_t shortest = INT64_MAX, longest = 0;
    for (int i = 0; i < 300; ++i) {
      const std::int64_t wait = wait_after(attempts, 0, rng);
      shortest = std::min(shortest, wait);
      longest = std::max(longest, wait);
    }
    const std::int64_t base = seconds[attempts - 1] * 1000;
    CHECK(shortest >= base * 4 / 5);
    CHECK(longest <= base * 6 / 5);
    CHECK(shortest < base * 85 / 100);
    CHECK(longest > base * 115 / 100);
  }
}

TEST_CASE("a receiver may ask for a longer wait, up to an hour, never for a shorter one") {
  test::SeededRng rng(1);
  CHECK(wait_after(1, 60'000, rng) == 60'000);
  CHECK(wait_after(1, 90'000'000, rng) == 3'600'000);
  CHECK(wait_after(8, 1000, rng) > 9 * 3'600'000);
  CHECK(wait_after(1, -5, rng) >= 800);
}

TEST_CASE("what is 2xx is delivered, all else is tried again") {
  for (int status : {200, 201, 202, 204, 299}) {
    Case it;
    it.webhook.failure_count = 7;
    it.webhook.failing_since = 5;
    it.attempt({status, "", 0});
    CHECK(it.delivery.status == store::DeliveryStatus::delivered);
    CHECK(it.delivery.attempts == 1);
    CHECK(it.delivery.last_status_code == status);
    CHECK(it.delivery.finished_at == kNow);
    CHECK(it.webhook.failure_count == 0);
    CHECK(it.webhook.failing_since == 0);
    CHECK(it.webhook.last_delivered_at == kNow);
  }
  for (int status : {100, 301, 302, 307, 308, 400, 404, 429, 500, 503}) {
    Case it;
    it.attempt({status, "", 0});
    CHECK(it.delivery.status == store::DeliveryStatus::retrying);
    CHECK(it.delivery.last_error == "Endpoint returned " + std::to_string(status) + ".");
    CHECK(it.delivery.next_attempt_at > kNow);
    CHECK(it.webhook.active);
    CHECK(it.webhook.failing_since == kNow);
    CHECK(it.webhook.last_failed_at == kNow);
  }
  Case silent;
  silent.attempt({0, "Delivery failed: timeout.", 0});
  CHECK(silent.delivery.last_error == "Delivery failed: timeout.");
  CHECK(silent.delivery.last_status_code == 0);
}

TEST_CASE("a delivery gets as many attempts as the webhook allows") {
  for (int most : {1, 3, 9}) {
    Case it;
    it.webhook.retry_max = most;
    for (int i = 1; i < most; ++i) {
      it.attempt({500, "", 0});
      CHECK(it.delivery.status == store::DeliveryStatus::retrying);
    }
    it.attempt({500, "", 0});
    CHECK(it.delivery.status == store::DeliveryStatus::dead);
    CHECK(it.delivery.attempts == most);
    CHECK(it.delivery.next_attempt_at == 0);
    CHECK(it.webhook.failure_count == 1);
    CHECK(it.webhook.active);
  }
}

TEST_CASE("410 buries the delivery and switches the webhook off") {
  Case it;
  it.attempt({410, "", 0});
  CHECK(it.delivery.status == store::DeliveryStatus::dead);
  CHECK_FALSE(it.webhook.active);
  CHECK(it.webhook.disabled_reason == "gone");
}

TEST_CASE("fifty dead letters in a row switch the webhook off, a success in between does not") {
  Case it;
  it.webhook.retry_max = 1;
  for (int i = 1; i < 50; ++i) {
    it.next_delivery();
    it.attempt({500, "", 0});
  }
  CHECK(it.webhook.active);
  CHECK(it.webhook.failure_count == 49);
  it.next_delivery();
  it.attempt({200, "", 0});
  CHECK(it.webhook.failure_count == 0);
  for (int i = 1; i <= 50; ++i) {
    CHECK(it.webhook.active);
    it.next_delivery();
    it.attempt({500, "", 0});
  }
  CHECK_FALSE(it.webhook.active);
  CHECK(it.webhook.disabled_reason == "failures");
}

TEST_CASE("three days of failure switch the webhook off") {
  Case it;
  constexpr std::int64_t kDay = 24LL * 3600 * 1000;
  it.attempt({500, "", 0});
  it.next_delivery();
  it.attempt({500, "", 0}, kNow + 3 * kDay - 1);
  CHECK(it.webhook.active);
  it.next_delivery();
  it.attempt({500, "", 0}, kNow + 3 * kDay);
  CHECK_FALSE(it.webhook.active);
  CHECK(it.webhook.disabled_reason == "failing_for_days");
  CHECK(it.delivery.status == store::DeliveryStatus::retrying);  // owed until it is switched on
}

TEST_CASE("filters by event and by session") {
  store::WebhookRow row;
  row.events = {"session.connected"};
  CHECK(wants(row, "session.connected", "sess_a"));
  CHECK_FALSE(wants(row, "session.qr", "sess_a"));
  row.events = {"*"};
  CHECK(wants(row, "session.qr", ""));
  row.session_ids = {"sess_a"};
  CHECK(wants(row, "session.qr", "sess_a"));
  CHECK_FALSE(wants(row, "session.qr", "sess_b"));
  CHECK_FALSE(wants(row, "session.qr", ""));
}

}  // namespace wasphere::webhook
