// Group messages: sender keys, who has them, and when they change.
#include <catch2/catch.hpp>

#include "tests/support/busy_store.h"
#include "tests/unit/daemon/messaging/send_world.h"

namespace wasphere::test {
namespace {

constexpr const char* kGroup = "120363041234567890@g.us";
constexpr const char* kKimPhone = "447700900456";
constexpr const char* kKimLid = "100000000000456";

std::string lid(const char* user, int device = 0) {
  return std::string(user) + (device == 0 ? "" : ":" + std::to_string(device)) + "@lid";
}

struct GroupWorld : SendWorld {
  GroupWorld() {
    network.add(kKimPhone, kKimLid, {0});
    info.jid = wire::Jid::parse(kGroup).value();
    info.subject = "team";
    info.mode = stanza::AddressingMode::lid;
    for (const auto& [phone, person] : network.people)
      info.members.push_back({person.lid, person.phone, person.lid, ""});
    network.groups[info.jid] = info;
  }
  stanza::GroupInfo info;
  std::map<std::string, signal::SenderKeyRecord> keys;  // ours, as each device has it

  void take_key(const stanza::OutgoingMessage& message, const std::string& device) {
    const auto read = read_as(message, wire::Jid::parse(device).value());
    REQUIRE(read);
    REQUIRE(read->sender_key);
    auto share = signal::parse_sender_key_distribution(read->sender_key->distribution);
    keys[device] = opened(signal::process_distribution(keys[device], opened(std::move(share))));
  }
  std::string read_group(const stanza::OutgoingMessage& message, const std::string& device) {
    REQUIRE(message.common);
    REQUIRE(message.common->type == stanza::EncType::skmsg);
    auto parsed = opened(signal::parse_sender_key_message(message.common->body));
    auto out = opened(signal::group_decrypt(keys[device], parsed));
    keys[device] = out.next;
    return words_of(model::parse_message(opened(signal::unpad(out.plaintext))).value());
  }
  stanza::OutgoingMessage send(const std::string& words) {
    enqueue(words, kGroup);
    const auto sent = messages();
    REQUIRE(sent.size() == 1);
    return sent[0];
  }
  stanza::OutgoingMessage send_acked(const std::string& words) {
    auto sent = send(words);
    ack(sent.id);
    return sent;
  }
  void remove(const char* phone) {
    std::erase_if(network.groups[info.jid].members, [phone](const auto& member) {
      return member.phone && member.phone->user == phone;
    });
    read([this](store::Tx& tx) {
      tx.directory.mark_group_stale(id(), info.jid);
      return 0;
    });
  }
};

TEST_CASE("the first group message brings every device our key, and reads for all") {
  GroupWorld world;
  const auto sent = world.send("hello all");
  CHECK(sent.to.to_string() == kGroup);
  CHECK(sent.addressing_mode == "lid");
  CHECK(sent.phash.substr(0, 2) == "2:");
  CHECK(SendWorld::targets_of(sent) ==
        std::set<std::string>{lid(kSamLid), lid(kSamLid, 2), lid(kKimLid), lid(kOurLid)});
  for (const auto& device : SendWorld::targets_of(sent)) {
    world.take_key(sent, device);
    CHECK(world.read_group(sent, device) == "hello all");
  }
}

TEST_CASE("who has the key gets no other, but for our own devices") {
  GroupWorld world;
  const auto first = world.send_acked("one");
  world.take_key(first, lid(kSamLid));
  const auto second = world.send_acked("two");
  CHECK(SendWorld::targets_of(second) == std::set<std::string>{lid(kOurLid)});
  CHECK(world.read_group(first, lid(kSamLid)) == "one");
  CHECK(world.read_group(second, lid(kSamLid)) == "two");
}

TEST_CASE("a key that was not acknowledged is given again") {
  GroupWorld world;
  const auto first = world.send("one");
  world.disconnect();
  world.connect();
  const auto again = world.messages();
  REQUIRE(again.size() == 1);
  CHECK(again[0].id == first.id);
  CHECK(SendWorld::targets_of(again[0]).contains(lid(kSamLid)));
}

TEST_CASE("the next message to a group waits while the key is under way") {
  GroupWorld world;
  const auto first = world.send("one");
  const std::string second = world.enqueue("two", kGroup);
  CHECK(world.messages().empty());
  world.ack(first.id);
  CHECK(world.sent_ids() == std::vector<std::string>{second});
}

TEST_CASE("an acknowledgement that comes during a turn lets go what waits for it") {
  GroupWorld world;
  const auto first = world.send("one");
  {
    const BusyStore busy(world.io, *world.store);
    boost::asio::co_spawn(world.io, world.account->enqueue(world.text("two", kGroup)),
                          boost::asio::detached);
    world.io.poll();
    world.hand_in_ack(first.id);
    world.io.poll();
  }
  CHECK(world.messages().size() == 1);
}

TEST_CASE("of two that a broken line interrupted, the second follows the first one's key") {
  GroupWorld world;
  world.send_acked("zero");
  const std::string first = world.enqueue("one", kGroup);
  const std::string second = world.enqueue("two", kGroup);
  CHECK(world.messages().size() == 2);
  world.disconnect();
  world.remove(kKimPhone);
  world.connect();
  CHECK(world.sent_ids() == std::vector<std::string>{first});
  world.ack(first);
  CHECK(world.sent_ids() == std::vector<std::string>{second});
}

TEST_CASE("when somebody has left, the key is another") {
  GroupWorld world;
  const auto first = world.send_acked("one");
  world.take_key(first, lid(kKimLid));
  world.remove(kKimPhone);
  const auto second = world.send_acked("two");
  CHECK(SendWorld::targets_of(second) ==
        std::set<std::string>{lid(kSamLid), lid(kSamLid, 2), lid(kOurLid)});
  const auto parsed = opened(signal::parse_sender_key_message(second.common->body));
  CHECK_FALSE(signal::group_decrypt(world.keys[lid(kKimLid)], parsed));
}

TEST_CASE("a group of the old kind is addressed by phone numbers") {
  GroupWorld world;
  world.network.groups[world.info.jid].mode = stanza::AddressingMode::pn;
  for (auto& member : world.network.groups[world.info.jid].members) member.jid = *member.phone;
  const auto sent = world.send("hello");
  CHECK(sent.addressing_mode == "pn");
  for (const auto& target : sent.targets) CHECK(target.device.server == "s.whatsapp.net");
  CHECK(sent.targets.size() == 4);
}

TEST_CASE("a group that does not exist is a failure with that name") {
  GroupWorld world;
  const std::string id = world.enqueue("hello", "120363000000000000@g.us");
  CHECK(world.messages().empty());
  CHECK(world.row(id).error == "GROUP_NOT_FOUND");
}

TEST_CASE("421 renews the metadata and sends the same message again") {
  GroupWorld world;
  const auto first = world.send("hello");
  world.network.questions.clear();
  world.ack(first.id, 421);
  const auto again = world.messages();
  REQUIRE(again.size() == 1);
  CHECK(again[0].id == first.id);
  CHECK(world.network.questions[0] == "w:g2");
}

TEST_CASE("another hash of the group renews metadata and devices") {
  GroupWorld world;
  const auto first = world.send("hello");
  world.network.questions.clear();
  world.ack(first.id, 0, "2:AAAAAAAA");
  CHECK(world.network.questions == Lines{"w:g2", "usync"});
  world.send("next");
  CHECK(world.network.questions == Lines{"w:g2", "usync"});
}

TEST_CASE("members and devices that a group message has missed get copies of their own") {
  GroupWorld world;
  const auto first = world.send("hello");
  world.network.add_device(kSamPhone, 7);
  const auto& joe = world.network.add("447700900789", "100000000000789", {0});
  world.network.groups[world.info.jid].members.push_back({joe.lid, joe.phone, joe.lid, ""});
  world.ack(first.id, 0, "2:AAAAAAAA");
  const auto copies = world.messages();
  std::set<std::string> reached;
  for (const auto& copy : copies) {
    CHECK(copy.id == first.id);
    CHECK(copy.to.to_string() == kGroup);
    CHECK(copy.addressing_mode == "lid");
    REQUIRE(copy.participant);
    reached.insert(copy.participant->to_string());
    const auto read = world.read_copy(copy);
    CHECK(SendWorld::words_of(read) == "hello");
    CHECK(read->sender_key);
  }
  CHECK(copies.size() == 2);
  CHECK(reached == std::set<std::string>{lid(kSamLid, 7), lid("100000000000789")});
  // A copy is no proof that the key has arrived: it comes with the next message.
  const auto next = world.send_acked("next");
  CHECK(SendWorld::targets_of(next).contains(lid(kSamLid, 7)));
  CHECK(SendWorld::targets_of(next).contains(lid("100000000000789")));
}

TEST_CASE("a group that we were removed from has nobody left to reach") {
  GroupWorld world;
  const auto first = world.send("hello");
  world.network.groups.clear();
  world.ack(first.id, 0, "2:AAAAAAAA");
  CHECK(world.messages().empty());
  CHECK(world.status(first.id) == "sent");
}

}  // namespace
}  // namespace wasphere::test
