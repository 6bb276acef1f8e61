// Stanzas that nobody should send, and storage that fails: each stanza is answered once, and only
// once it is stored.
#include <catch2/catch.hpp>

#include "tests/unit/daemon/messaging/receive_world.h"

namespace wasphere::test::receiving {
namespace {

const std::string kSam = "200000000000000:2@lid";
const std::string kSamUser = "200000000000000@lid";
const std::string kGroup = "120363000000000001@g.us";

wire::Node enc(const std::string& type, Bytes body, const std::string& version = "2") {
  return {"enc", {{"v", version}, {"type", type}}, std::move(body)};
}

std::string error_of(ReceiveWorld& world) {
  const auto sent = world.line->take();
  if (sent.size() != 1 || sent[0].tag != "ack") return "not one ack";
  return sent[0].attr_or("error", "none");
}

TEST_CASE("what is no message at all is refused by number", "[receive][hostile]") {
  ReceiveWorld world;
  Peer sam = world.meet(kSam);
  wire::Node unaddressed{"message", {{"id", "X1"}, {"t", "1"}}, {}};
  REQUIRE(world.deliver(unaddressed));
  CHECK(error_of(world) == "487");
  REQUIRE(world.deliver(sam.stanza("X2", {enc("strange", {1, 2, 3})})));
  CHECK(error_of(world) == "490");
  REQUIRE(world.deliver(sam.stanza("X3", {enc("msg", {1, 2, 3}, "3")})));
  CHECK(error_of(world) == "490");
  REQUIRE(world.deliver(sam.stanza("X4", {enc("msmsg", {1, 2, 3})})));
  CHECK(error_of(world) == "495");
  REQUIRE(world.deliver(sam.stanza("X5", {})));
  CHECK(error_of(world) == "none");
  CHECK(world.events().empty());
}

TEST_CASE("ten thousand ciphertexts in one stanza cost nothing", "[receive][hostile]") {
  ReceiveWorld world;
  Peer sam = world.meet(kSam);
  wire::Nodes encs(10'000, enc("pkmsg", Bytes(500, 0x33)));
  REQUIRE(world.deliver(sam.stanza("X1", std::move(encs))));
  CHECK(error_of(world) == "490");
}

TEST_CASE("garbage in every form is asked for again, and harms no session", "[receive][hostile]") {
  ReceiveWorld world;
  Peer sam = world.meet(kSam);
  REQUIRE(world.deliver(sam.says("A1", "good")));
  SeededRng random(7);
  int id = 0;
  for (const char* type : {"msg", "pkmsg", "skmsg"})
    for (const std::size_t size : {0, 1, 9, 70, 300}) {
      Bytes body = random.bytes(size);
      if (!body.empty()) body[0] = 0x33;
      REQUIRE(world.deliver(sam.in_group("X" + std::to_string(++id), kGroup, {enc(type, body)})));
    }
  world.events();
  REQUIRE(world.deliver(sam.says("A2", "still good")));
  CHECK(world.events() ==
        Lines{"received A2 in " + kSamUser + " from " + kSamUser + " text 'still good'"});
}

TEST_CASE("a plaintext that is no message is refused, and the next one is read",
          "[receive][hostile]") {
  ReceiveWorld world;
  Peer sam = world.meet(kSam);
  REQUIRE(world.deliver(sam.stanza("X1", {sam.seal(Bytes{0xFF, 0xFF, 0xFF})})));
  CHECK(error_of(world) == "491");
  REQUIRE(world.deliver(sam.says("A1", "fine")));
  CHECK(world.events().size() == 1);
}

TEST_CASE("one bad stanza does not spoil a batch", "[receive][hostile]") {
  ReceiveWorld world;
  Peer sam = world.meet(kSam);
  std::vector<wire::Node> stanzas;
  stanzas.push_back(sam.says("A1", "one"));
  stanzas.push_back(sam.stanza("X1", {enc("msg", {1})}));
  stanzas.push_back({"message", {}, {}});
  stanzas.push_back(sam.says("A2", "two"));
  REQUIRE(world.deliver(stanzas));
  const std::string from = " in " + kSamUser + " from " + kSamUser + " text ";
  CHECK(world.events() == Lines{"received A1" + from + "'one'", "undecryptable X1 invalid_message",
                                "received A2" + from + "'two'"});
}

TEST_CASE("nothing is answered that is not stored, wherever storage fails", "[receive][fault]") {
  ReceiveWorld world;
  Peer sam = world.meet(kSam);
  wire::Nodes first;
  first.push_back(sam.seal(sam.share_key(kGroup)));
  first.push_back(sam.seal_group(Peer::text("in the group")));
  const std::vector<wire::Node> scenario{sam.says("A1", "one"), sam.in_group("G1", kGroup, first),
                                         sam.says("A2", "two")};
  for (const wire::Node& stanza : scenario) {
    world.store.faults().fail_commit(1);
    CHECK_FALSE(world.deliver(stanza));
    CHECK(world.line->take().empty());
    CHECK(world.events().empty());
    world.restart();  // the connection ends, and the server sends it again
    REQUIRE(world.deliver(stanza));
    CHECK(world.line->take().size() == 1);
    CHECK(world.events().size() == 1);
  }
  for (const char* id : {"A1", "G1", "A2"})
    CHECK(world.message(id)->status == store::MessageStatus::received);
}

}  // namespace
}  // namespace wasphere::test::receiving
