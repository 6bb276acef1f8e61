// Messages that cannot be read: placeholder, retry receipts, and the copy that replaces it.
#include <algorithm>
#include <catch2/catch.hpp>

#include "core/model/proto_fields.h"
#include "core/stanza/receipt.h"
#include "tests/unit/daemon/messaging/receive_world.h"

namespace wasphere::test::receiving {
namespace {

const std::string kSam = "200000000000000:2@lid";
const std::string kSamUser = "200000000000000@lid";
const std::string kGroup = "120363000000000001@g.us";

// A peer whose session we do not have: we lost it.
Peer forgotten(ReceiveWorld& world) {
  Peer sam = world.meet(kSam);
  world.deliver(sam.says("A0", "before"));
  sam.read(world.write_to(sam.jid, Peer::text("seen")));
  world.in_store([&](store::Tx& tx) -> Status {
    tx.signal.save_session(world.id(), sam.jid, {});
    return {};
  });
  world.events();
  world.line->take();
  return sam;
}

const wire::Node* find(const std::vector<wire::Node>& nodes, const std::string& tag) {
  for (const wire::Node& node : nodes)
    if (node.tag == tag) return &node;
  return nullptr;
}

// The bundle inside a retry receipt.
signal::PreKeyBundle bundle_of(const wire::Node& receipt) {
  wire::Node incoming = receipt;
  incoming.set("from", wire::Jid::parse("447700900000@s.whatsapp.net").value());
  const auto parsed = stanza::parse_receipt(incoming, {}).value();
  return signal::to_bundle(parsed.retry->keys.value());
}

TEST_CASE("what cannot be read is asked for and replaced by the copy", "[receive][retry]") {
  ReceiveWorld world;
  Peer sam = forgotten(world);
  REQUIRE(world.deliver(sam.says("A1", "lost")));
  CHECK(world.events() == Lines{"undecryptable A1 no_session"});
  CHECK(world.message("A1")->status == store::MessageStatus::undecryptable);
  const auto sent = world.line->take();
  REQUIRE(sent.size() == 2);
  const wire::Node& receipt = *find(sent, "receipt");
  CHECK(outline_of(receipt) ==
        "receipt id=A1 to=" + kSam + " type=retry <retry> <registration> <keys>");
  CHECK(receipt.child("retry")->attr("count") == "1");
  CHECK(receipt.child("retry")->attr("error") == "1");
  CHECK(outline_of(*find(sent, "ack")).starts_with("ack id=A1 to=" + kSam + " class=message"));

  sam.begin(bundle_of(receipt));
  auto copy = sam.seal(Peer::text("lost"));
  copy.set("count", "1");
  REQUIRE(world.deliver(sam.stanza("A1", {copy})));
  CHECK(world.events() ==
        Lines{"received A1 in " + kSamUser + " from " + kSamUser + " text 'lost' replaces"});
  CHECK(world.message("A1")->status == store::MessageStatus::received);
}

TEST_CASE("it is told once, asked for five times, and remembered over restarts",
          "[receive][retry]") {
  ReceiveWorld world;
  Peer sam = forgotten(world);
  const auto stanza = sam.says("A1", "lost");
  for (int count = 1; count <= 5; ++count) {
    REQUIRE(world.deliver(stanza));
    const auto sent = world.line->take();
    REQUIRE(find(sent, "receipt") != nullptr);
    CHECK(find(sent, "receipt")->child("retry")->attr("count") == std::to_string(count));
    world.restart();
  }
  REQUIRE(world.deliver(stanza));
  world.settle();
  CHECK(find(world.line->take(), "receipt") == nullptr);
  CHECK(world.events() == Lines{"undecryptable A1 no_session"});
}

TEST_CASE("a copy that cannot be read either goes on counting from its own number",
          "[receive][retry]") {
  ReceiveWorld world;
  Peer sam = forgotten(world);
  auto stanza = sam.says("A1", "lost");
  std::get<wire::Nodes>(stanza.content).front().set("count", "3");
  REQUIRE(world.deliver(stanza));
  CHECK(find(world.line->take(), "receipt")->child("retry")->attr("count") == "4");
}

TEST_CASE("a one-time key goes into one retry receipt only", "[receive][retry]") {
  ReceiveWorld world;
  Peer sam = forgotten(world);
  const auto uploading = world.read(
      [&](store::Tx& tx) { return tx.pre_keys.reserve(world.id(), 1, world.rng).at(0).id; });
  REQUIRE(world.deliver(sam.says("A1", "lost")));
  REQUIRE(world.deliver(sam.says("A2", "lost too")));
  const auto sent = world.line->take();
  std::vector<std::uint32_t> ids;
  for (const wire::Node& node : sent)
    if (node.tag == "receipt") ids.push_back(bundle_of(node).one_time->id);
  REQUIRE(ids.size() == 2);
  CHECK(ids[0] != ids[1]);
  CHECK(std::ranges::count(ids, uploading) == 0);
}

TEST_CASE("a failure that is to be hidden leaves no placeholder", "[receive][retry]") {
  ReceiveWorld world;
  Peer sam = forgotten(world);
  auto stanza = sam.says("A1", "lost");
  std::get<wire::Nodes>(stanza.content).front().set("decrypt-fail", "hide");
  REQUIRE(world.deliver(stanza));
  CHECK(world.events().empty());
  CHECK_FALSE(world.message("A1"));
  CHECK(find(world.line->take(), "receipt") != nullptr);
}

TEST_CASE("a group message without its key is asked for and heals", "[receive][retry]") {
  ReceiveWorld world;
  Peer sam = world.meet(kSam);
  const Bytes share = sam.share_key(kGroup);
  const auto lost = sam.seal_group(Peer::text("no key yet"));
  REQUIRE(world.deliver(sam.in_group("G1", kGroup, {lost})));
  CHECK(world.events() == Lines{"undecryptable G1 no_session"});
  CHECK(outline_of(world.line->take().front()) == "receipt id=G1 to=" + kGroup +
                                                      " participant=" + kSam +
                                                      " type=retry <retry> <registration> <keys>");
  auto copy =
      sam.seal(model::with_sender_key(Peer::text("no key yet"), wire::Jid::parse(kGroup).value(),
                                      signal::build(opened(signal::distribution(sam.sender_key)))));
  copy.set("count", "1");
  REQUIRE(world.deliver(sam.in_group("G1", kGroup, {copy})));
  REQUIRE(world.deliver(sam.in_group("G2", kGroup, {sam.seal_group(Peer::text("healed"))})));
  const std::string from = " in " + kGroup + " from " + kSamUser + " text ";
  CHECK(world.events() ==
        Lines{"received G1" + from + "'no key yet' replaces", "received G2" + from + "'healed'"});
}

TEST_CASE("a copy replaces the placeholder of an author whose LID was not known",
          "[receive][retry]") {
  ReceiveWorld world;
  const std::string phone = "447700900222";
  Peer eve = world.meet(phone + ":1@s.whatsapp.net");
  eve.share_key(kGroup);  // to nobody
  REQUIRE(world.deliver(eve.in_group("G1", kGroup, {eve.seal_group(Peer::text("hello"))})));
  CHECK(world.message("G1")->sender == phone + "@s.whatsapp.net");
  world.in_store([&](store::Tx& tx) -> Status {
    tx.directory.learn(world.id(), wire::Jid::parse(phone + "@s.whatsapp.net").value(),
                       wire::Jid::parse("300000000000000@lid").value(), true);
    return {};
  });
  world.events();
  auto copy = eve.seal(Peer::text("hello"));
  copy.set("count", "1");
  REQUIRE(world.deliver(eve.in_group("G1", kGroup, {copy})));
  CHECK(world.events() ==
        Lines{"received G1 in " + kGroup + " from 300000000000000@lid text 'hello' replaces"});
}

TEST_CASE("content that is for the phone alone is told and acknowledged", "[receive]") {
  ReceiveWorld world;
  Peer sam = world.meet(kSam);
  wire::Node none{"unavailable", {{"type", "view_once"}}, {}};
  REQUIRE(world.deliver(sam.stanza("A1", {none})));
  CHECK(world.events() == Lines{"undecryptable A1 unavailable_view_once"});
  const auto sent = world.line->take_outlines();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].starts_with("ack id=A1"));
}

// Our phone and a message that we could not read.
struct PhoneWorld : ReceiveWorld {
  Peer phone = meet(std::string(kOwnLid) + "@lid");
  Peer sam = acquainted();

  Peer acquainted() {
    deliver(phone.stanza("P0", {phone.seal(Peer::text("note"))}));
    return forgotten(*this);
  }
  Status lose(std::uint32_t count = 0) {
    auto stanza = sam.says("A1", "lost");
    stanza.set("t", std::to_string(runtime::unix_seconds(clock)));
    if (count != 0)
      std::get<wire::Nodes>(stanza.content).front().set("count", std::to_string(count));
    const Status taken = deliver(stanza);
    settle();
    return taken;
  }
  void elapse(int ms) {
    clock.advance(runtime::Duration{ms});
    settle();
  }
  std::optional<wire::Node> question() {
    const auto sent = line->take();
    const wire::Node* found = find(sent, "message");
    return found == nullptr ? std::nullopt : std::optional(*found);
  }
};

Bytes part(std::uint32_t number, BytesView content) {
  Bytes out;
  model::append_embedded(out, number, content);
  return out;
}

// Message{protocolMessage{type 17, answer{type 4, result{placeholder{web message{key, message}}}}}}
Bytes phone_answer(const std::string& chat, const std::string& id, const Bytes& message) {
  const Bytes key = concat({part(1, as_bytes(chat)), part(3, as_bytes(id))});
  const Bytes web = concat({part(1, key), part(2, message)});
  const Bytes answer = concat({Bytes{0x08, 4}, part(3, part(4, part(1, web)))});
  return part(12, concat({Bytes{0x10, 17}, part(17, answer)}));
}

TEST_CASE("the phone is asked when nobody sends a copy, and its answer replaces the placeholder",
          "[receive][retry]") {
  PhoneWorld world;
  REQUIRE(world.lose());
  CHECK_FALSE(world.question());
  world.elapse(4'999);
  CHECK_FALSE(world.question());
  world.elapse(1);
  const auto request = world.question();
  REQUIRE(request);
  CHECK(request->attr("to") == std::string(kOwnPhone) + "@s.whatsapp.net");
  CHECK(request->attr("category") == "peer");
  const auto asked = world.phone.read(*request->child("enc"));
  CHECK(std::get<model::Protocol>(asked.content).type == 16);
  world.events();

  const Bytes answer = phone_answer(kSamUser, "A1", Peer::text("lost"));
  auto stanza = world.phone.stanza("P1", {world.phone.seal(answer)});
  stanza.set("category", "peer");
  REQUIRE(world.deliver(stanza));
  CHECK(world.events() ==
        Lines{"received A1 in " + kSamUser + " from " + kSamUser + " text 'lost' replaces"});
  REQUIRE(world.deliver(world.phone.stanza("P2", {world.phone.seal(answer)})));
  CHECK(world.events().empty());
  world.elapse(60'000);
  CHECK_FALSE(world.question());
}

TEST_CASE("the phone is not asked for what has come meanwhile", "[receive][retry]") {
  PhoneWorld world;
  REQUIRE(world.lose());
  const auto sent = world.line->take();
  world.sam.begin(bundle_of(*find(sent, "receipt")));
  auto copy = world.sam.seal(Peer::text("lost"));
  copy.set("count", "1");
  REQUIRE(world.deliver(world.sam.stanza("A1", {copy})));
  world.elapse(60'000);
  CHECK_FALSE(world.question());
}

TEST_CASE("what no copy has mended is asked for at once, also over another connection",
          "[receive][retry]") {
  PhoneWorld world;
  const bool reconnects = GENERATE(false, true);
  if (reconnects) {
    REQUIRE(world.lose());
    world.line->over = true;
    run_task(world.io, world.account->detach());
    world.line->take();
    world.line->over = false;
    world.account->hear(world.line);
    world.account->attach(world.line);
    world.elapse(5'000);
  } else {
    REQUIRE(world.lose(5));
  }
  CHECK(world.question());
}

TEST_CASE("who is no phone of ours answers in vain", "[receive][retry]") {
  PhoneWorld world;
  REQUIRE(world.lose());
  world.events();
  Peer eve = world.meet("300000000000000@lid");
  const Bytes answer = phone_answer(kSamUser, "A1", Peer::text("forged"));
  REQUIRE(world.deliver(eve.stanza("E1", {eve.seal(answer)})));
  CHECK(world.events().empty());
  CHECK(world.message("A1")->status == store::MessageStatus::undecryptable);
}

}  // namespace
}  // namespace wasphere::test::receiving
