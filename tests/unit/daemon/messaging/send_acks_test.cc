// What acknowledgements, errors and silence make of a message.
#include <catch2/catch.hpp>

#include "tests/unit/daemon/messaging/send_world.h"

namespace wasphere::test {
namespace {

// One message is on its way.
struct AckWorld : SendWorld {
  AckWorld() {
    hello = enqueue("hello");
    REQUIRE(messages().size() == 1);
    network.questions.clear();
  }
  std::string hello;
};

TEST_CASE("a refused message fails at once, with the code") {
  AckWorld world;
  const auto code = GENERATE(400U, 403U, 475U, 479U, 499U);
  world.ack(world.hello, code);
  CHECK(world.status(world.hello) == "failed");
  CHECK(world.row(world.hello).error_code == static_cast<int>(code));
  CHECK(world.events() == Lines{"failed hello"});
  CHECK(world.queued() == 0);
}

TEST_CASE("without an acknowledgement the same message goes again, five times in all") {
  AckWorld world;
  std::int64_t pause = 2000;
  for (int attempt = 2; attempt <= 5; ++attempt) {
    world.elapse(30'000);
    CHECK(world.messages().empty());
    world.elapse(pause);
    CHECK(world.sent_ids() == std::vector<std::string>{world.hello});
    pause *= 2;
  }
  world.elapse(30'000);
  CHECK(world.status(world.hello) == "failed");
  CHECK(world.row(world.hello).error == "WHATSAPP_TIMEOUT");
  world.elapse(600'000);
  CHECK(world.messages().empty());
}

TEST_CASE("an acknowledgement that comes too late still counts") {
  AckWorld world;
  world.elapse(30'000);
  world.ack(world.hello);
  CHECK(world.status(world.hello) == "sent");
  world.elapse(10'000);
  CHECK(world.messages().empty());
}

TEST_CASE("a server that is overloaded gets the message later") {
  AckWorld world;
  const auto code = GENERATE(408U, 429U, 500U, 503U);
  world.ack(world.hello, code);
  CHECK(world.messages().empty());
  CHECK(world.status(world.hello) == "sending");
  world.elapse(2000);
  CHECK(world.sent_ids() == std::vector<std::string>{world.hello});
  world.ack(world.hello);
  CHECK(world.status(world.hello) == "sent");
}

TEST_CASE("463 gets a privacy token and one more try") {
  AckWorld world;
  world.ack(world.hello, 463);
  CHECK(world.network.questions == Lines{"privacy"});
  CHECK(world.sent_ids() == std::vector<std::string>{world.hello});
  world.ack(world.hello, 463);
  CHECK(world.status(world.hello) == "failed");
  CHECK(world.row(world.hello).error_code == 463);
}

TEST_CASE("406 renews the device list and tries once more") {
  AckWorld world;
  world.ack(world.hello, 406);
  CHECK(world.network.questions == Lines{"usync"});
  CHECK(world.sent_ids() == std::vector<std::string>{world.hello});
  world.ack(world.hello, 406);
  CHECK(world.status(world.hello) == "failed");
  CHECK(world.row(world.hello).error == "NOT_ON_WHATSAPP");
}

TEST_CASE("a hash of other devices renews the lists, once") {
  AckWorld world;
  world.ack(world.hello, 0, "2:AAAAAAAA");
  CHECK(world.status(world.hello) == "sent");
  const Lines asked{"privacy", "usync"};
  CHECK(world.network.questions == asked);
  CHECK(world.messages().empty());  // nobody was missed
  world.enqueue("next");
  CHECK(world.messages().size() == 1);
  CHECK(world.network.questions == asked);
}

TEST_CASE("devices that were missed get copies of their own, and nobody else does") {
  AckWorld world;
  world.network.add_device(kSamPhone, 7);
  world.network.add_device(kOurPhone, 9);
  const bool first_fails = GENERATE(false, true);
  if (first_fails) world.network.errors["usync"] = 500;
  world.ack(world.hello, 0, "2:AAAAAAAA");
  world.elapse(5000);
  const auto copies = world.messages();
  REQUIRE(copies.size() == 2);
  for (const auto& copy : copies) {
    CHECK(copy.id == world.hello);
    CHECK(copy.targets.empty());
    CHECK(copy.no_fanout);
    CHECK(copy.device_identity == world.view.credentials->account->signed_identity);
  }
  CHECK(copies[0].to.to_string() == std::string(kSamLid) + ":7@lid");
  CHECK(copies[1].to.to_string() == std::string(kOurLid) + ":9@lid");
  CHECK(copies[1].recipient->to_string() == std::string(kSamLid) + "@lid");
  CHECK(SendWorld::words_of(world.read_copy(copies[0])) == "hello");
  CHECK(world.read_copy(copies[1])->device_sent->destination == std::string(kSamLid) + "@lid");
  world.elapse(60'000);
  CHECK(world.messages().empty());
}

TEST_CASE("a message that breaks each connection is given up in the end") {
  AckWorld world;
  for (int i = 0; i < 20 && world.status(world.hello) != "failed"; ++i) {
    world.disconnect();
    world.connect();
    world.settle();
  }
  CHECK(world.status(world.hello) == "failed");
  CHECK(world.row(world.hello).attempts == 10);
}

TEST_CASE("questions that fail are asked again, and in the end the message fails") {
  SendWorld world;
  int asked = 0;
  world.line->answer = [&](const wire::Node& request) -> Result<wire::Node> {
    ++asked;
    return stanza::iq_error(request, 500, "internal-server-error");
  };
  const std::string id = world.enqueue("hello");
  world.settle();
  CHECK(asked == 1);
  CHECK(world.status(id) == "queued");
  world.elapse(300'000);
  CHECK(asked == 5);
  CHECK(world.status(id) == "failed");
  CHECK(world.row(id).error == "WHATSAPP_ERROR");
}

TEST_CASE("a receipt that overtakes the acknowledgement proves as much") {
  AckWorld world;
  std::vector<wire::Node> receipts;
  receipts.push_back(
      {"receipt",
       {{"id", world.hello}, {"from", wire::Jid{kSamLid, "lid"}}, {"t", "1779704401"}},
       {}});
  REQUIRE(run_task(world.io, world.account->on_receipts(std::move(receipts))));
  world.settle();
  CHECK(world.status(world.hello) == "delivered");
  CHECK(world.events() == Lines{"sent hello"});
  const bool acknowledged = GENERATE(true, false);
  if (acknowledged) world.ack(world.hello);
  world.elapse(60'000);
  CHECK(world.messages().empty());
  CHECK(world.events().empty());
  CHECK(world.queued() == 0);
}

TEST_CASE("every step can be traced") {
  AckWorld world;
  world.ack(world.hello, 503);
  world.elapse(2000);
  world.ack(world.hello);
  const auto traces =
      world.read([&](store::Tx& tx) { return tx.messages.traces(world.id(), world.hello); });
  Lines steps;
  for (const auto& trace : traces) steps.push_back(trace.step);
  CHECK(steps == Lines{"queued", "sending", "again", "sending", "sent"});
}

}  // namespace
}  // namespace wasphere::test
