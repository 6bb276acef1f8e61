// A store that fails: nothing is lost, nothing is said twice, nothing leaves that is not stored.
#include <catch2/catch.hpp>

#include "tests/unit/daemon/messaging/send_world.h"

namespace wasphere::test {
namespace {

// Three messages to two people, acknowledged as they come.
struct Run {
  Lines accepted;
  std::map<std::string, int> deliveries;  // by id: how often it left
  Lines events;
  std::size_t left = 0;
};

Run run_with_fault(int nth) {
  SendWorld world;
  world.network.add("447700900456", "100000000000456", {0});
  if (nth > 0) world.store.faults().fail_commit(nth);
  Run out;
  for (const char* to : {kSamPhone, "447700900456", kSamPhone}) {
    auto accepted = world.try_enqueue(world.text("m", to));
    if (accepted) out.accepted.push_back(accepted->message.id);
  }
  for (int round = 0; round < 4; ++round) {
    for (const std::string& id : world.sent_ids()) {
      ++out.deliveries[id];
      world.ack(id);
    }
    world.elapse(3000);
  }
  out.events = world.events();
  out.left = world.queued();
  return out;
}

void check_complete(const Run& run) {
  CHECK(run.left == 0);
  CHECK(run.events == Lines(run.accepted.size(), "sent m"));
  CHECK(run.deliveries.size() == run.accepted.size());
  for (const auto& [id, times] : run.deliveries) CHECK(times == 1);
}

// The test's own looks at the store count as commits too; from the 40th on nothing is new.
TEST_CASE("any one commit may fail") {
  for (int nth = 1; nth <= 40; ++nth) {
    INFO("commit " << nth);
    const Run run = run_with_fault(nth);
    check_complete(run);
    CHECK(run.accepted.size() >= 2);
  }
}

TEST_CASE("without faults everything is accepted and sent") {
  const Run run = run_with_fault(0);
  check_complete(run);
  CHECK(run.accepted.size() == 3);
}

}  // namespace
}  // namespace wasphere::test
