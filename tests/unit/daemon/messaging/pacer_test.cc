#include "daemon/messaging/pacer.h"

#include <catch2/catch.hpp>

#include "tests/support/seeded_rng.h"

namespace wasphere::messaging {
namespace {

using store::SessionSettings;
using test::SeededRng;

constexpr std::int64_t kNow = 1'780'000'000'000;

SessionSettings settings(std::int64_t min, std::int64_t max, std::int64_t rate, bool typing) {
  SessionSettings out;
  out.msg_delay_min_ms = min;
  out.msg_delay_max_ms = max;
  out.rate_limit_per_min = rate;
  out.typing_simulation = typing;
  return out;
}

TEST_CASE("a session is paced by delay, rate or typing") {
  CHECK_FALSE(is_paced(settings(0, 0, 0, false)));
  CHECK(is_paced(settings(0, 1, 0, false)));
  CHECK(is_paced(settings(0, 0, 1, false)));
  CHECK(is_paced(settings(0, 0, 0, true)));
}

TEST_CASE("delays are drawn over the whole range, both ends included") {
  SeededRng rng;
  std::int64_t low = 100, high = 0;
  for (int i = 0; i < 500; ++i) {
    const auto drawn = draw_delay(settings(3, 7, 0, false), rng);
    low = std::min(low, drawn);
    high = std::max(high, drawn);
  }
  CHECK(low == 3);
  CHECK(high == 7);
  CHECK(draw_delay(settings(5, 5, 0, false), rng) == 5);
}

TEST_CASE("typing takes 50 ms a character, within limits, give or take a fifth") {
  struct Row {
    std::size_t characters;
    std::int64_t plain;
  };
  const auto row =
      GENERATE(Row{0, 600}, Row{12, 600}, Row{40, 2000}, Row{80, 4000}, Row{65'536, 4000});
  SeededRng rng;
  for (int i = 0; i < 200; ++i) {
    const auto drawn = draw_typing(row.characters, rng);
    CHECK(drawn >= row.plain * 8 / 10);
    CHECK(drawn <= row.plain * 12 / 10);
  }
}

TEST_CASE("characters are counted, not bytes") {
  CHECK(count_characters("") == 0);
  CHECK(count_characters("grün") == 4);
  CHECK(count_characters("😀") == 1);
}

TEST_CASE("the delay lies between messages: an idle session does not wait") {
  History history;
  const auto paced = settings(1000, 3000, 0, false);
  CHECK(plan_send(history, paced, 2500, 0, kNow).send_at == kNow);
  history.note_send(kNow - 500);
  history.note_finish(kNow - 400);
  CHECK(plan_send(history, paced, 2500, 0, kNow).send_at == kNow - 400 + 2500);
  CHECK(plan_send(history, paced, 2500, 0, kNow + 10'000).send_at == kNow + 10'000);
}

TEST_CASE("no sixty seconds ever see more messages than the rate") {
  History history;
  const auto limited = settings(0, 0, 3, false);
  for (const std::int64_t ago : {50'000, 40'000, 30'000}) history.note_send(kNow - ago);
  CHECK(plan_send(history, limited, 0, 0, kNow).send_at == kNow + 10'001);
  CHECK(plan_send(history, settings(0, 0, 4, false), 0, 0, kNow).send_at == kNow);
  CHECK(plan_send(history, settings(0, 0, 1, false), 0, 0, kNow).send_at == kNow + 30'001);
  CHECK(plan_send(history, settings(0, 0, 0, false), 0, 0, kNow).send_at == kNow);
}

TEST_CASE("a thousand messages keep to the rate and the delays") {
  SeededRng rng;
  History history;
  const auto both = settings(500, 4000, 20, false);
  std::vector<std::int64_t> sent;
  std::int64_t now = kNow;
  for (int i = 0; i < 1000; ++i) {
    const auto delay = draw_delay(both, rng);
    const auto at = plan_send(history, both, delay, 0, now).send_at;
    if (!sent.empty()) REQUIRE(at >= history.finished() + delay);
    if (sent.size() >= 20) REQUIRE(at > sent[sent.size() - 20] + 60'000);
    sent.push_back(at);
    history.note_send(at);
    now = at + 30;
    history.note_finish(now);
    history.forget_before(now - kRateWindowMs);
  }
}

TEST_CASE("typing is shown before the message, never after its time if it can be") {
  History history;
  const auto paced = settings(3000, 3000, 0, true);
  const Plan idle = plan_send(history, paced, 3000, 1000, kNow);
  CHECK(idle.composing_at == kNow);
  CHECK(idle.send_at == kNow + 1000);
  history.note_finish(kNow);
  const Plan waiting = plan_send(history, paced, 3000, 1000, kNow);
  CHECK(waiting.composing_at == kNow + 2000);
  CHECK(waiting.send_at == kNow + 3000);
}

TEST_CASE("what was sent before a restart still counts") {
  History history;
  history.load({kNow - 20'000, kNow - 59'000});
  CHECK(history.finished() == kNow - 20'000);
  CHECK(plan_send(history, settings(0, 0, 2, false), 0, 0, kNow).send_at == kNow + 1001);
}

TEST_CASE("a clock that was set back holds nobody up") {
  History history;
  history.note_send(kNow + 3'600'000);
  history.note_finish(kNow + 3'600'000);
  CHECK(plan_send(history, settings(2000, 2000, 0, false), 2000, 0, kNow).send_at == kNow + 2000);
  CHECK(plan_send(history, settings(0, 0, 1, false), 0, 0, kNow).send_at == kNow + 60'001);
}

TEST_CASE("the estimate counts delays and rate") {
  History history;
  history.note_finish(kNow);
  CHECK(estimate_send(history, settings(1000, 3000, 0, false), 3, kNow) == kNow + 6000);
  CHECK(estimate_send(history, settings(0, 0, 2, false), 3, kNow) == kNow + 60'001);
  CHECK(estimate_send(history, settings(0, 0, 0, false), 500, kNow) == kNow);
}

}  // namespace
}  // namespace wasphere::messaging
