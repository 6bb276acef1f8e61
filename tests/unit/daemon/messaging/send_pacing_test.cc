// Pacing as it shows on the line.
#include <catch2/catch.hpp>

#include "tests/unit/daemon/messaging/send_world.h"

namespace wasphere::test {
namespace {

// A world whose first message has gone, so that everything is known.
struct PacedWorld : SendWorld {
  explicit PacedWorld(store::SessionSettings settings) {
    ack(enqueue("first"));
    messages();
    others.clear();
    events();
    view.session.settings = settings;
    account->settings_changed();
    settle();
  }
};

std::int64_t now(const SendWorld& world) {
  return runtime::unix_millis(world.clock);
}

TEST_CASE("the delay counts from the end of the message before") {
  PacedWorld world({2000, 2000, false, 0, false, true});
  world.elapse(10'000);
  const std::string a = world.enqueue("a");
  const std::string b = world.enqueue("b");
  CHECK(world.sent_ids() == std::vector<std::string>{a});
  world.elapse(5000);
  CHECK(world.messages().empty());  // one at a time
  world.ack(a);
  world.elapse(1999);
  CHECK(world.messages().empty());
  world.elapse(1);
  CHECK(world.sent_ids() == std::vector<std::string>{b});
}

TEST_CASE("a delay is drawn once and survives a restart") {
  PacedWorld world({1000, 60'000, false, 0, false, true});
  const std::string a = world.enqueue("a");
  world.settle();
  const auto delay = [&] {
    return world.read([&](store::Tx& tx) { return tx.outbox.find(world.id(), a); })->delay_ms;
  };
  const auto drawn = delay();
  CHECK(drawn >= 1000);
  world.restart();
  world.settle();
  CHECK(delay() == drawn);
}

TEST_CASE("the window of a minute survives a restart") {
  PacedWorld world({0, 0, false, 3, false, true});
  const auto start = now(world);
  std::vector<std::string> ids;
  for (int i = 0; i < 4; ++i) ids.push_back(world.enqueue("m" + std::to_string(i)));
  std::vector<std::string> sent = world.sent_ids();  // the first message counts, too
  REQUIRE(sent == std::vector<std::string>{ids[0]});
  world.elapse(1000);
  world.ack(ids[0]);
  CHECK(world.sent_ids() == std::vector<std::string>{ids[1]});
  world.ack(ids[1]);
  CHECK(world.messages().empty());
  world.restart();
  world.elapse(start + 60'000 - now(world));
  CHECK(world.messages().empty());
  world.elapse(1);
  CHECK(world.sent_ids() == std::vector<std::string>{ids[2]});
  world.ack(ids[2]);  // two left the window together
  CHECK(world.sent_ids() == std::vector<std::string>{ids[3]});
}

TEST_CASE("typing is shown, available first, and our presence restored after the message") {
  PacedWorld world({0, 0, true, 0, false, true});
  const std::string a = world.enqueue(std::string(40, 'x'));
  CHECK(world.messages().empty());
  CHECK(world.others == Lines{"presence type=available", "chatstate to=" + std::string(kSamPhone) +
                                                             "@s.whatsapp.net <composing>"});
  world.others.clear();
  world.elapse(1599);
  CHECK(world.messages().empty());
  world.elapse(801);
  CHECK(world.sent_ids() == std::vector<std::string>{a});
  CHECK(world.others.empty());
  world.ack(a);
  world.messages();
  CHECK(world.others == Lines{"presence type=unavailable"});
}

TEST_CASE("paused is shown only if the message fails") {
  PacedWorld world({0, 0, true, 0, false, true});
  const std::string a = world.enqueue("hello");
  world.elapse(800);
  CHECK(world.sent_ids() == std::vector<std::string>{a});
  world.others.clear();
  world.ack(a, 479);
  world.messages();
  REQUIRE(world.others.size() == 2);
  CHECK(world.others[0].find("<paused>") != std::string::npos);
  CHECK(world.others[1].find("unavailable") != std::string::npos);
}

TEST_CASE("reactions are paced but not typed") {
  PacedWorld world({500, 500, true, 0, false, true});
  auto reaction = world.text("");
  reaction.type = "reaction";
  model::Reaction content;
  content.target.chat = std::string(kSamLid) + "@lid";
  content.target.id = "3EB0AAAA";
  content.emoji = "\U0001F44D";
  reaction.content.content = content;
  const std::string id = world.enqueue(reaction);
  world.elapse(499);
  CHECK(world.messages().empty());
  world.elapse(1);
  CHECK(world.sent_ids() == std::vector<std::string>{id});
  CHECK(world.others.empty());
}

TEST_CASE("new settings count from the next draw on") {
  PacedWorld world({5000, 5000, false, 0, false, true});
  const std::string a = world.enqueue("a");
  world.settle();
  world.view.session.settings.msg_delay_min_ms = 100;
  world.view.session.settings.msg_delay_max_ms = 100;
  world.account->settings_changed();
  const std::string b = world.enqueue("b");
  world.elapse(4999);
  CHECK(world.messages().empty());
  world.elapse(1);
  CHECK(world.sent_ids() == std::vector<std::string>{a});
  world.ack(a);
  world.elapse(100);
  CHECK(world.sent_ids() == std::vector<std::string>{b});
}

TEST_CASE("an interactive message overtakes a bulk one that is waiting") {
  PacedWorld world({5000, 5000, false, 0, false, true});
  auto bulk = world.text("bulk");
  bulk.lane = store::Lane::bulk;
  world.enqueue(bulk);
  world.settle();
  world.network.add("447700900456", "100000000000456", {0});
  const std::string urgent = world.enqueue("urgent", "447700900456");
  world.elapse(5000);
  CHECK(world.sent_ids() == std::vector<std::string>{urgent});
}

}  // namespace
}  // namespace wasphere::test
