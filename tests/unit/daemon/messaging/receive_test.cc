// Messages that can be read: opened, kept, told and answered once.
#include <catch2/catch.hpp>

#include "tests/unit/daemon/messaging/receive_world.h"

namespace wasphere::test::receiving {
namespace {

const std::string kSam = "200000000000000:2@lid";
const std::string kSamUser = "200000000000000@lid";
const std::string kGroup = "120363000000000001@g.us";

TEST_CASE("a first message is kept, told and answered", "[receive]") {
  ReceiveWorld world;
  Peer sam = world.meet(kSam);
  REQUIRE(world.deliver(sam.says("A1", "hello")));
  CHECK(world.events() ==
        Lines{"received A1 in " + kSamUser + " from " + kSamUser + " text 'hello'"});
  CHECK(world.line->take_outlines() == Lines{"receipt id=A1 to=" + kSam + " type=inactive"});
  const auto row = world.message("A1");
  REQUIRE(row);
  CHECK(row->time == 1779704400000);
  CHECK(row->push_name == "Sam");
  CHECK(row->sender_device == kSam);
  CHECK(row->status == store::MessageStatus::received);
  CHECK_FALSE(row->from_me);
}

TEST_CASE("the one-time key of a first message is used up", "[receive]") {
  ReceiveWorld world;
  const auto bundle = world.bundle();
  Peer sam(kSam, world.rng);
  sam.begin(bundle);
  auto find = [&](store::Tx& tx) {
    return tx.pre_keys.find(world.id(), bundle.one_time->id).has_value();
  };
  CHECK(world.read(find));
  REQUIRE(world.deliver(sam.says("A1", "hello")));
  CHECK_FALSE(world.read(find));
  // Not answered yet, so it still carries the keys: the base key is known, nothing is looked up.
  REQUIRE(world.deliver(sam.says("A2", "again")));
  CHECK(world.events().size() == 2);
}

TEST_CASE("a conversation goes both ways, out of order and over a restart", "[receive]") {
  ReceiveWorld world;
  Peer sam = world.meet(kSam);
  REQUIRE(world.deliver(sam.says("A1", "one")));
  CHECK(std::get<model::Text>(sam.read(world.write_to(sam.jid, Peer::text("yes"))).content).text ==
        "yes");
  const auto second = sam.says("A2", "two");
  const auto third = sam.says("A3", "three");
  world.restart();
  world.events();
  REQUIRE(world.deliver(third));
  REQUIRE(world.deliver(second));
  const std::string from = " in " + kSamUser + " from " + kSamUser + " text ";
  CHECK(world.events() == Lines{"received A3" + from + "'three'", "received A2" + from + "'two'"});
}

TEST_CASE("what comes twice is answered twice and told once", "[receive]") {
  ReceiveWorld world;
  Peer sam = world.meet(kSam);
  const auto stanza = sam.says("A1", "hello");
  REQUIRE(world.deliver(stanza));
  world.restart();
  REQUIRE(world.deliver(stanza));
  CHECK(world.events().size() == 1);
  CHECK(world.line->take_outlines() == Lines{"receipt id=A1 to=" + kSam + " type=inactive"});
}

TEST_CASE("the same id with another ciphertext is no second message", "[receive]") {
  ReceiveWorld world;
  Peer sam = world.meet(kSam);
  REQUIRE(world.deliver(sam.says("A1", "hello")));
  REQUIRE(world.deliver(sam.says("A1", "other")));
  CHECK(world.events().size() == 1);
  CHECK(world.message("A1")->text == "hello");
  CHECK(world.line->take().size() == 2);
}

TEST_CASE("a batch is one transaction, with one receipt a chat", "[receive]") {
  ReceiveWorld world;
  Peer sam = world.meet(kSam);
  Peer eve = world.meet("300000000000000@lid");
  std::vector<wire::Node> stanzas;
  for (int i = 0; i < 5; ++i) {
    stanzas.push_back(sam.says("A" + std::to_string(i), "hello"));
    stanzas.back().set("offline", "1");
  }
  stanzas.push_back(eve.says("B1", "hi"));
  const int before = world.store.faults().commits();
  REQUIRE(world.deliver(stanzas));
  CHECK(world.store.faults().commits() == before + 1);
  CHECK(world.line->take_outlines() == Lines{"receipt id=A0 to=" + kSam + " type=inactive <list>",
                                             "receipt id=B1 to=300000000000000@lid type=inactive"});
  const auto events = world.events();
  REQUIRE(events.size() == 6);
  CHECK(events[4] == "received A4 in " + kSamUser + " from " + kSamUser + " text 'hello' offline");
}

TEST_CASE("a group message opens with the key that came before it or with it", "[receive]") {
  ReceiveWorld world;
  Peer sam = world.meet(kSam);
  wire::Nodes encs;
  encs.push_back(sam.seal(sam.share_key(kGroup)));
  encs.push_back(sam.seal_group(Peer::text("hello all")));
  std::swap(encs[0], encs[1]);  // the order on the wire does not matter
  REQUIRE(world.deliver(sam.in_group("G1", kGroup, encs)));
  REQUIRE(world.deliver(sam.in_group("G2", kGroup, {sam.seal_group(Peer::text("more"))})));
  const std::string from = " in " + kGroup + " from " + kSamUser + " text ";
  CHECK(world.events() ==
        Lines{"received G1" + from + "'hello all'", "received G2" + from + "'more'"});
  CHECK(world.line->take_outlines().front() ==
        "receipt id=G1 to=" + kGroup + " participant=" + kSam + " type=inactive");
}

TEST_CASE("a sender key alone is no message", "[receive]") {
  ReceiveWorld world;
  Peer sam = world.meet(kSam);
  REQUIRE(world.deliver(sam.in_group("G1", kGroup, {sam.seal(sam.share_key(kGroup))})));
  CHECK(world.events().empty());
  CHECK(world.line->take().size() == 1);
}

TEST_CASE("a person who appears under both addresses is one", "[receive]") {
  ReceiveWorld world;
  Peer sam = world.meet("447700900111:2@s.whatsapp.net");
  REQUIRE(world.deliver(sam.says("A1", "by number")));
  auto stanza = sam.says("A2", "by lid");
  stanza.set("from", wire::Jid::parse(kSam).value());
  stanza.set("sender_pn", wire::Jid::parse("447700900111@s.whatsapp.net").value());
  REQUIRE(world.deliver(stanza));
  REQUIRE(world.deliver(sam.says("A3", "by number")));
  const auto events = world.events();
  REQUIRE(events.size() == 3);
  CHECK(events[1] == "received A2 in " + kSamUser + " from " + kSamUser + " text 'by lid'");
  CHECK(events[2] == "received A3 in " + kSamUser + " from " + kSamUser + " text 'by number'");
  CHECK(world.message("A3")->chat_phone == "447700900111@s.whatsapp.net");
}

TEST_CASE("what our phone sent is shown as sent, in the chat that it went to", "[receive]") {
  ReceiveWorld world;
  Peer phone = world.meet(std::string(kOwnLid) + "@lid");
  const Bytes copy =
      model::wrap_device_sent(Peer::text("from my phone"), wire::Jid::parse(kSamUser).value());
  auto stanza = phone.stanza("P1", {phone.seal(copy)});
  stanza.set("recipient", wire::Jid::parse(kSamUser).value());
  REQUIRE(world.deliver(stanza));
  CHECK(world.events() == Lines{"sent P1 to " + kSamUser + " text 'from my phone' by device"});
  CHECK(world.line->take_outlines() == Lines{"receipt id=P1 to=" + std::string(kOwnLid) +
                                             "@lid recipient=" + kSamUser + " type=sender"});
  CHECK(world.message("P1")->status == store::MessageStatus::sent);
}

TEST_CASE("a stranger cannot speak for our own devices", "[receive]") {
  ReceiveWorld world;
  Peer eve = world.meet("300000000000000@lid");
  const Bytes copy =
      model::wrap_device_sent(Peer::text("I am you"), wire::Jid::parse(kSamUser).value());
  REQUIRE(world.deliver(eve.stanza("E1", {eve.seal(copy)})));
  CHECK(world.events().empty());
  CHECK_FALSE(world.message("E1"));
  CHECK(world.line->take().size() == 1);
}

TEST_CASE("receiving switched off keeps ratchets and answers", "[receive]") {
  ReceiveWorld world;
  world.view.session.settings.receive_enabled = false;
  Peer sam = world.meet(kSam);
  REQUIRE(world.deliver(sam.says("A1", "unseen")));
  CHECK(world.events().empty());
  CHECK_FALSE(world.message("A1"));
  CHECK(world.line->take().size() == 1);
  world.view.session.settings.receive_enabled = true;
  REQUIRE(world.deliver(sam.says("A2", "seen")));
  CHECK(world.events().size() == 1);
}

TEST_CASE("automatic reading sends read receipts after the others", "[receive]") {
  ReceiveWorld world;
  world.view.session.settings.auto_read_on_receive = true;
  Peer sam = world.meet(kSam);
  REQUIRE(world.deliver(sam.says("A1", "hello")));
  const auto sent = world.line->take_outlines();
  REQUIRE(sent.size() == 2);
  CHECK(sent[1].starts_with("receipt id=A1 to=" + kSamUser + " type=read t="));
}

TEST_CASE("a new phone of the same person is told and believed", "[receive]") {
  ReceiveWorld world;
  Peer before = world.meet(kSamUser);
  REQUIRE(world.deliver(before.says("A1", "old phone")));
  Peer after = world.meet(kSamUser);
  REQUIRE(world.deliver(after.says("A2", "new phone")));
  const std::string from = " in " + kSamUser + " from " + kSamUser + " text ";
  CHECK(world.events() == Lines{"received A1" + from + "'old phone'", "identity " + kSamUser,
                                "received A2" + from + "'new phone'"});
}

}  // namespace
}  // namespace wasphere::test::receiving
