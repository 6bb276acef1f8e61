// A store that fails: nothing is lost, nothing is said twice, nothing leaves that is not stored.
#include <catch2/catch.hpp>

#include "tests/unit/daemon/messaging/send_world.h"

namespace wasphere::test {
namespace {

constexpr const char* kKimPhone = "447700900456";

// Three messages to two people, acknowledged as they come.
struct Run {
  Lines accepted;
  std::map<std::string, int> deliveries;  // by id: how often it left
  Lines events;
  std::size_t left = 0;
};

// The test's own looks at the store are commits as well, so there are few.
void look_on(SendWorld& world) {
  for (int i = 0; i < 3; ++i) world.read([](store::Tx&) { return 0; });
}

void exchange(SendWorld& world, Run& out) {
  for (const char* to : {kSamPhone, kKimPhone, kSamPhone}) {
    auto accepted = world.try_enqueue(world.text("m", to));
    if (accepted) out.accepted.push_back(accepted->message.id);
  }
  for (int round = 0; round < 10; ++round) {
    look_on(world);
    for (const wire::Node& node : world.line->take()) {
      if (node.tag != "message") continue;
      const std::string id = node.attr_or("id", "");
      ++out.deliveries[id];
      world.hand_in_ack(id);
    }
    world.clock.advance(runtime::Duration{1500});  // longer than a failed queue pauses
  }
}

Run run_with(FailingCommit* commit) {
  SendWorld world;
  world.network.add(kKimPhone, "100000000000456", {0});
  world.settle();
  Run out;
  if (commit != nullptr) commit->arm(world.store);
  exchange(world, out);
  if (commit != nullptr) commit->disarm();
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

TEST_CASE("any one commit may fail while messages are sent") {
  const int failures = for_each_failing_commit([](FailingCommit& commit) {
    INFO("commit " << commit.nth());
    const Run run = run_with(&commit);
    check_complete(run);
    CHECK(run.accepted.size() >= 2);
  });
  CHECK(failures > 8);
}

TEST_CASE("without faults everything is accepted and sent") {
  const Run run = run_with(nullptr);
  check_complete(run);
  CHECK(run.accepted.size() == 3);
}

// Sam's phone could not read it.
wire::Node retry_of(SendWorld& world, const std::string& id) {
  const stanza::Device& sam = world.network.people.at(kSamPhone).devices.front().device;
  ByteWriter registration;
  registration.u32be(sam.registration_id);
  return {"receipt",
          {{"id", id}, {"from", wire::Jid{kSamLid, "lid"}}, {"type", "retry"}, {"t", "1779704500"}},
          wire::Nodes{{"retry", {{"count", "1"}, {"id", id}, {"t", "1779704400"}, {"v", "1"}}, {}},
                      {"registration", {}, registration.take()}}};
}

struct Answered {
  int copies = 0;
  int acks = 0;
};

// The server hands on what was not acknowledged with the next connection.
Answered insist_on_retry(SendWorld& world, const std::string& id) {
  Answered out;
  for (int round = 0; round < 4 && out.acks == 0; ++round) {
    std::vector<wire::Node> receipts;
    receipts.push_back(retry_of(world, id));
    (void)run_task(world.io, world.account->on_receipts(std::move(receipts)));
    world.settle();
    for (const wire::Node& node : world.line->take()) {
      if (node.tag == "message") ++out.copies;
      if (node.tag == "ack") ++out.acks;
    }
    world.disconnect();
    world.connect();
  }
  return out;
}

TEST_CASE("any one commit may fail while a retry is answered") {
  const int failures = for_each_failing_commit([](FailingCommit& commit) {
    INFO("commit " << commit.nth());
    SendWorld world;
    const std::string id = world.enqueue("hello");
    REQUIRE(world.messages().size() == 1);
    world.ack(id);
    world.line->take();
    commit.arm(world.store);
    const Answered answered = insist_on_retry(world, id);
    commit.disarm();
    CHECK(answered.copies == 1);
    CHECK(answered.acks == 1);
  });
  CHECK(failures > 2);
}

}  // namespace
}  // namespace wasphere::test
