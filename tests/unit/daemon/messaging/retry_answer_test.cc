// Others could not read what we sent: the copy comes from the store, for that device alone.
#include <catch2/catch.hpp>

#include "core/stanza/iq.h"
#include "core/stanza/receipt.h"
#include "core/stanza/usync.h"
#include "tests/unit/daemon/messaging/receive_world.h"

namespace wasphere::test::receiving {
namespace {

const std::string kSam = "200000000000000:2@lid";
const std::string kSamUser = "200000000000000@lid";
const std::string kGroup = "120363000000000001@g.us";

void keep_sent(ReceiveWorld& world, const std::string& id, const std::string& chat,
               std::vector<std::string> recipients) {
  store::SentMessage sent;
  sent.id = id;
  sent.chat = chat;
  sent.message = Peer::text("what I said");
  sent.type = "text";
  sent.recipients = std::move(recipients);
  sent.time = 1779704400000;
  world.in_store([&](store::Tx& tx) -> Status {
    tx.messages.save_sent(world.id(), sent);
    return {};
  });
}

// What the peer sends to the server, as we get it.
wire::Node asks(Peer& peer, const std::string& id, std::uint32_t count, bool with_keys,
                const std::string& group = "") {
  stanza::IncomingMessage about;
  about.id = id;
  about.from = peer.jid;
  about.time = 1779704400;
  std::optional<stanza::OwnKeys> keys;
  if (with_keys) {
    stanza::OwnKeys own;
    own.identity = peer.device.identity_key.public_key;
    own.one_time = {peer.one_time->id, peer.one_time->key.public_key};
    own.signed_id = peer.device.signed_pre_key.id;
    own.signed_key = peer.device.signed_pre_key.key.public_key;
    own.signature = peer.device.signed_pre_key.signature;
    own.device_identity = to_bytes(as_bytes("identity of a companion"));
    keys = own;
  }
  wire::Node out = stanza::build_retry_receipt(about, count, 7, peer.device.registration_id, keys);
  out.set("from", group.empty() ? peer.jid : wire::Jid::parse(group).value());
  if (!group.empty()) out.set("participant", peer.jid);
  std::erase_if(out.attrs, [](const auto& attribute) { return attribute.first == "to"; });
  return out;
}

// A phone: its identity needs no proof by another.
Peer phone_of_sam(ReceiveWorld& world) {
  Peer sam = world.meet(kSamUser);
  sam.one_time = stanza::PreKey{77, crypto::KeyPair::generate(world.rng)};
  world.deliver(sam.says("A0", "hello"));
  sam.read(world.write_to(sam.jid, Peer::text("hello")));
  world.line->take();
  return sam;
}

const wire::Node* find(const std::vector<wire::Node>& nodes, const std::string& tag) {
  for (const wire::Node& node : nodes)
    if (node.tag == tag) return &node;
  return nullptr;
}

std::vector<wire::Node> ask(ReceiveWorld& world, const wire::Node& receipt) {
  REQUIRE(world.receipt(receipt));
  REQUIRE(run_until(world.io, [&] { return find(world.line->sent, "ack") != nullptr; }));
  return world.line->take();
}

std::string text_of(const model::Parsed& parsed) {
  return std::get<model::Text>(parsed.content).text;
}

TEST_CASE("a copy goes to the one device that asks, also after a restart", "[retry]") {
  ReceiveWorld world;
  Peer sam = phone_of_sam(world);
  keep_sent(world, "M1", kSamUser, {kSamUser});
  world.restart();
  const auto sent = ask(world, asks(sam, "M1", 1, false));
  const wire::Node* copy = find(sent, "message");
  REQUIRE(copy != nullptr);
  CHECK(copy->attr("id") == "M1");
  CHECK(copy->attr("to") == kSamUser);
  CHECK(copy->child("participants") == nullptr);
  CHECK(copy->child("enc")->attr("count") == "1");
  CHECK(text_of(sam.read(*copy->child("enc"))) == "what I said");
  CHECK(find(sent, "ack")->attr("class") == "receipt");
  CHECK(find(sent, "ack")->attr("type") == "retry");
}

TEST_CASE("new keys in the request make a new session", "[retry]") {
  ReceiveWorld world;
  Peer sam = phone_of_sam(world);
  keep_sent(world, "M1", kSamUser, {kSamUser});
  sam.session = {};
  const auto sent = ask(world, asks(sam, "M1", 2, true));
  const wire::Node* copy = find(sent, "message");
  REQUIRE(copy != nullptr);
  CHECK(copy->child("enc")->attr("type") == "pkmsg");
  CHECK(copy->child("device-identity") != nullptr);
  CHECK(text_of(sam.read(*copy->child("enc"))) == "what I said");
}

TEST_CASE("who was not meant to read it gets nothing", "[retry]") {
  ReceiveWorld world;
  Peer sam = phone_of_sam(world);
  keep_sent(world, "M1", "300000000000000@lid", {"300000000000000@lid"});
  keep_sent(world, "G1", kGroup, {});
  CHECK(find(ask(world, asks(sam, "M1", 1, false)), "message") == nullptr);
  CHECK(find(ask(world, asks(sam, "G1", 1, false, kGroup)), "message") == nullptr);
  CHECK(find(ask(world, asks(sam, "unknown", 1, false)), "message") == nullptr);
}

TEST_CASE("five requests are enough", "[retry]") {
  ReceiveWorld world;
  Peer sam = phone_of_sam(world);
  keep_sent(world, "M1", kSamUser, {kSamUser});
  CHECK(find(ask(world, asks(sam, "M1", 5, false)), "message") == nullptr);
}

TEST_CASE("a request from a group is answered there, for that participant, with the key",
          "[retry]") {
  ReceiveWorld world;
  Peer sam = phone_of_sam(world);
  keep_sent(world, "G1", kGroup, {});
  const auto group = wire::Jid::parse(kGroup).value();
  stanza::GroupInfo info;
  info.jid = group;
  info.members = {{wire::Jid::parse(kSamUser).value(), {}, {}, ""}};
  const auto own = wire::Jid::parse(std::string(kOwnLid) + ":5@lid").value();
  world.in_store([&](store::Tx& tx) -> Status {
    tx.directory.save_group(world.id(), info, 1);
    tx.signal.save_sender_key(world.id(), group, own, signal::new_sender_key(world.rng));
    tx.signal.add_holders(world.id(), group, {sam.jid});
    return {};
  });
  const auto sent = ask(world, asks(sam, "G1", 1, false, kGroup));
  const wire::Node* copy = find(sent, "message");
  REQUIRE(copy != nullptr);
  CHECK(copy->attr("to") == kGroup);
  CHECK(copy->attr("participant") == kSamUser);
  const auto parsed = sam.read(*copy->child("enc"));
  CHECK(text_of(parsed) == "what I said");
  REQUIRE(parsed.sender_key);
  CHECK(parsed.sender_key->group == kGroup);
  auto holders = [&](store::Tx& tx) { return tx.signal.holders(world.id(), group); };
  CHECK(world.read(holders).empty());
}

TEST_CASE("the mark of a group's key is forgotten even when the message is gone", "[retry]") {
  ReceiveWorld world;
  Peer sam = phone_of_sam(world);
  const auto group = wire::Jid::parse(kGroup).value();
  world.in_store([&](store::Tx& tx) -> Status {
    tx.signal.add_holders(world.id(), group, {sam.jid});
    return {};
  });
  CHECK(find(ask(world, asks(sam, "G9", 1, false, kGroup)), "message") == nullptr);
  auto holders = [&](store::Tx& tx) { return tx.signal.holders(world.id(), group); };
  CHECK(world.read(holders).empty());
}

TEST_CASE("a session that does not get better is replaced", "[retry]") {
  ReceiveWorld world;
  Peer sam = phone_of_sam(world);
  keep_sent(world, "M1", kSamUser, {kSamUser});
  world.line->answer = [](const wire::Node& request) -> Result<wire::Node> {
    return stanza::iq_error(request, 503, "service-unavailable");
  };
  ask(world, asks(sam, "M1", 2, false));
  ask(world, asks(sam, "M1", 3, false));
  // There is no session any more, so a bundle was asked for.
  REQUIRE(world.line->asked.size() == 1);
  CHECK(world.line->asked[0].attr("xmlns") == "encrypt");
}

TEST_CASE("a device that is in no list has to show its keys", "[retry]") {
  ReceiveWorld world;
  Peer sam = phone_of_sam(world);
  keep_sent(world, "M1", kSamUser, {kSamUser});
  store::DeviceList list;
  list.user = wire::Jid::parse(kSamUser).value();
  list.devices = {{9, 1, false}};
  world.in_store([&](store::Tx& tx) -> Status {
    tx.directory.save_devices(world.id(), list);
    return {};
  });
  CHECK(find(ask(world, asks(sam, "M1", 1, false)), "message") == nullptr);
  auto devices = [&](store::Tx& tx) {
    return tx.directory.devices(world.id(), list.user).has_value();
  };
  CHECK_FALSE(world.read(devices));
}

}  // namespace
}  // namespace wasphere::test::receiving
