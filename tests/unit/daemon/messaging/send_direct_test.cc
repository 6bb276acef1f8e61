// What a direct message looks like when it leaves, and for whom it is.
#include <catch2/catch.hpp>

#include "tests/unit/daemon/messaging/send_world.h"

namespace wasphere::test {
namespace {

wire::Jid jid(const std::string& text) {
  return wire::Jid::parse(text).value();
}
const wire::Jid kSamPhone0 = jid(std::string(kSamLid) + "@lid");
const wire::Jid kSamCompanion = jid(std::string(kSamLid) + ":2@lid");
const wire::Jid kOurPhone0 = jid(std::string(kOurLid) + "@lid");

TEST_CASE("a message reaches every device of the recipient and our own others, in LID form") {
  SendWorld world;
  const std::string id = world.enqueue("hello");
  const auto sent = world.messages();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].id == id);
  CHECK(sent[0].to == kSamPhone0);
  CHECK(sent[0].type == "text");
  CHECK(sent[0].peer_recipient_pn == jid(std::string(kSamPhone) + "@s.whatsapp.net"));
  CHECK(SendWorld::targets_of(sent[0]) == std::set<std::string>{kSamPhone0.to_string(),
                                                                kSamCompanion.to_string(),
                                                                kOurPhone0.to_string()});
  CHECK_FALSE(sent[0].device_identity.empty());
  CHECK_FALSE(sent[0].reporting_token.empty());
  CHECK(SendWorld::words_of(world.read_as(sent[0], kSamPhone0)) == "hello");
  CHECK(SendWorld::words_of(world.read_as(sent[0], kSamCompanion)) == "hello");
  const auto copy = world.read_as(sent[0], kOurPhone0);
  CHECK(SendWorld::words_of(copy) == "hello");
  REQUIRE(copy->device_sent);
  CHECK(copy->device_sent->destination == kSamPhone0.to_string());
}

TEST_CASE("an acknowledged message is sent, once, with its event; then the queue is empty") {
  SendWorld world;
  const std::string id = world.enqueue("hello");
  CHECK(world.messages().size() == 1);
  CHECK(world.status(id) == "sending");
  world.ack(id);
  CHECK(world.status(id) == "sent");
  CHECK(world.row(id).attempts == 1);
  CHECK(world.events() == Lines{"sent hello"});
  CHECK(world.queued() == 0);
  world.ack(id);
  CHECK(world.events().empty());
}

TEST_CASE("lists and sessions are asked for once") {
  SendWorld world;
  world.ack(world.enqueue("one"));
  world.network.questions.clear();
  world.messages();
  const std::string second = world.enqueue("two");
  const auto sent = world.messages();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].id == second);
  CHECK(world.network.questions.empty());
}

TEST_CASE("a list is asked for again after an hour") {
  SendWorld world;
  world.ack(world.enqueue("one"));
  world.network.people[kSamPhone].devices.emplace_back(std::string(kSamLid) + ":3@lid", world.rng);
  world.messages();
  world.elapse(3'600'000);
  world.enqueue("two");
  const auto sent = world.messages();
  REQUIRE(sent.size() == 1);
  CHECK(SendWorld::targets_of(sent[0]).contains(std::string(kSamLid) + ":3@lid"));
}

TEST_CASE("nobody on WhatsApp: the message fails with that reason") {
  SendWorld world;
  const std::string id = world.enqueue("hello", "447700900999");
  CHECK(world.messages().empty());
  CHECK(world.row(id).error == "NOT_ON_WHATSAPP");
  CHECK(world.events() == Lines{"failed hello"});
  CHECK(world.queued() == 0);
}

TEST_CASE("a number that is named in the answer, but has no devices, is not on WhatsApp either") {
  SendWorld world;
  world.network.add("447700900999", "", {});
  const std::string id = world.enqueue("hello", "447700900999");
  CHECK(world.messages().empty());
  CHECK(world.row(id).error == "NOT_ON_WHATSAPP");
}

TEST_CASE("one device without keys holds nobody up") {
  SendWorld world;
  world.network.unreachable.insert(kSamCompanion.to_string());
  world.enqueue("hello");
  const auto sent = world.messages();
  REQUIRE(sent.size() == 1);
  CHECK(SendWorld::targets_of(sent[0]) ==
        std::set<std::string>{kSamPhone0.to_string(), kOurPhone0.to_string()});
}

TEST_CASE("without any device of the recipient the message fails, although our own could read it") {
  SendWorld world;
  world.network.unreachable = {kSamPhone0.to_string(), kSamCompanion.to_string()};
  const std::string id = world.enqueue("hello");
  CHECK(world.messages().empty());
  CHECK(world.status(id) == "failed");
  CHECK(world.row(id).error == "NOT_ON_WHATSAPP");
  const Lines once{"usync", "encrypt", "usync", "encrypt"};
  CHECK(world.network.questions == once);
  world.elapse(60'000);
  CHECK(world.network.questions == once);
}

TEST_CASE("devices that could not be reached are looked up once more before a message fails") {
  SendWorld world;
  world.network.unreachable = {kSamPhone0.to_string(), kSamCompanion.to_string()};
  world.network.on_question = [&world, asked = 0](const std::string& xmlns) mutable {
    if (xmlns == "usync" && ++asked == 2) world.network.unreachable.clear();
  };
  const std::string id = world.enqueue("hello");
  CHECK(world.sent_ids() == std::vector<std::string>{id});
}

TEST_CASE("keys of many devices that come as one error are asked for one by one") {
  SendWorld world;
  world.network.errors["encrypt"] = 406;
  world.enqueue("hello");
  const auto sent = world.messages();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].targets.size() == 3);
}

TEST_CASE("an account without LID writes in phone number form throughout") {
  SendWorld world;
  world.shut();
  world.view.session.lid.clear();
  world.view.credentials->account->lid = {};
  for (auto& [phone, person] : world.network.people) person.lid = {};
  world.open();
  world.connect();
  world.enqueue("hello");
  const auto sent = world.messages();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].to == jid(std::string(kSamPhone) + "@s.whatsapp.net"));
  CHECK_FALSE(sent[0].peer_recipient_pn);
  for (const auto& target : sent[0].targets) CHECK(target.device.server == "s.whatsapp.net");
}

TEST_CASE("a note to ourselves goes to our other devices only") {
  SendWorld world;
  world.enqueue("remember", kOurPhone);
  const auto sent = world.messages();
  REQUIRE(sent.size() == 1);
  CHECK(SendWorld::targets_of(sent[0]) == std::set<std::string>{kOurPhone0.to_string()});
  CHECK(world.read_as(sent[0], kOurPhone0)->device_sent);
}

TEST_CASE("a valid token of the contact goes along, and he gets one of ours") {
  SendWorld world;
  world.read([&](store::Tx& tx) {
    tx.directory.save_received_token(world.id(), kSamPhone0, as_bytes("token"),
                                     runtime::unix_millis(world.clock) / 1000);
    return 0;
  });
  const std::string id = world.enqueue("hello");
  const auto sent = world.messages();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].privacy_token == to_bytes(as_bytes("token")));
  world.network.questions.clear();
  world.ack(id);
  CHECK(world.network.questions == Lines{"privacy"});
  world.ack(world.enqueue("again"));
  CHECK(world.network.questions == Lines{"privacy"});
}

TEST_CASE("what a retry is answered from is stored before the message leaves") {
  SendWorld world;
  const std::string id = world.enqueue("hello");
  world.messages();
  const auto kept = world.read([&](store::Tx& tx) { return tx.messages.sent(world.id(), id); });
  REQUIRE(kept);
  CHECK(kept->chat == kSamPhone0.to_string());
  CHECK(kept->chat_alt == std::string(kSamPhone) + "@s.whatsapp.net");
  CHECK(SendWorld::words_of(model::parse_message(kept->message).value()) == "hello");
}

}  // namespace
}  // namespace wasphere::test
