#include "core/stanza/receipt.h"

#include <catch2/catch.hpp>

#include "tests/unit/core/stanza/message_fixture.h"

namespace wasphere::stanza {
namespace {

using test::kAnnLid;
using test::kAnnPn;
using test::kGroup;
using test::kOwnLid;
using test::node;

wire::Node receipt_from(const wire::Jid& from, wire::Attrs more = {}, wire::Nodes children = {}) {
  wire::Attrs attrs{{"id", "3EB0AA"}, {"from", from}, {"t", "1750000000"}};
  attrs.insert(attrs.end(), more.begin(), more.end());
  return node("receipt", attrs, std::move(children));
}

IncomingReceipt parsed(const wire::Node& node) {
  auto out = parse_receipt(test::over_the_wire(node), test::kOwnAddresses);
  REQUIRE(out);
  return *out;
}

std::string refused(const wire::Node& node) {
  auto out = parse_receipt(node, test::kOwnAddresses);
  REQUIRE_FALSE(out);
  CHECK(out.error().code == ErrorCode::protocol_error);
  return out.error().message;
}

IncomingMessage received(wire::Attrs more) {
  wire::Attrs attrs{{"id", "3EB0AA"}, {"t", "1750000000"}, {"type", "text"}};
  attrs.insert(attrs.end(), more.begin(), more.end());
  return parse_message(node("message", attrs), test::kOwnAddresses).value();
}

OwnKeys own_keys() {
  test::SeededRng rng(3);
  return {rng.array<32>(), {0x010203, rng.array<32>()}, 7, rng.array<32>(), rng.array<64>(), {9}};
}

TEST_CASE("a receipt without type says delivered") {
  auto out = parsed(receipt_from(kAnnLid));
  CHECK(out.type == ReceiptType::delivered);
  CHECK(out.ids == std::vector<std::string>{"3EB0AA"});
  CHECK(out.chat == kAnnLid.without_device());
  REQUIRE(out.readers.size() == 1);
  CHECK(out.readers[0].who == kAnnLid);
  CHECK(out.readers[0].time == 1750000000);
  CHECK_FALSE(out.offline);
  CHECK_FALSE(out.retry);
}

TEST_CASE("receipt types are told apart") {
  struct Case {
    const char* name;
    ReceiptType type;
  };
  for (auto [name, type] :
       {Case{"inactive", ReceiptType::delivered}, Case{"read", ReceiptType::read},
        Case{"played", ReceiptType::played}, Case{"sender", ReceiptType::sender},
        Case{"read-self", ReceiptType::read_self}, Case{"played-self", ReceiptType::played_self},
        Case{"peer_msg", ReceiptType::peer}, Case{"hist_sync", ReceiptType::hist_sync},
        Case{"server-error", ReceiptType::server_error},
        Case{"enc_rekey_retry", ReceiptType::other}, Case{"view", ReceiptType::other}}) {
    CAPTURE(name);
    CHECK(parsed(receipt_from(kAnnLid, {{"type", name}})).type == type);
  }
}

TEST_CASE("a receipt of several messages names each once") {
  auto item = [](const char* id) { return node("item", {{"id", id}}); };
  auto out = parsed(receipt_from(kAnnLid, {{"type", "read"}, {"offline", "1"}},
                                 {node("list", {}, {item("B"), item("A"), item("3EB0AA")})}));
  CHECK(out.ids == std::vector<std::string>{"3EB0AA", "B", "A"});
  CHECK(out.offline);
}

TEST_CASE("a receipt in a group comes from its participant") {
  auto out = parsed(receipt_from(kGroup, {{"participant", kAnnLid}}));
  CHECK(out.chat == kGroup);
  CHECK(out.readers[0].who == kAnnLid);
}

TEST_CASE("a grouped receipt has a reader and a time each, also for several messages") {
  auto user = [](const wire::Jid& jid, const char* time) {
    return node("user", {{"jid", jid}, {"t", time}});
  };
  wire::Node one = node("participants", {{"key", "3EB0AA"}},
                        {user(kAnnLid, "11"), user(kAnnPn, "12"), node("user")});
  wire::Node two = node("participants", {{"key", "B"}}, {user(kAnnLid, "13")});
  auto out = parsed(receipt_from(kGroup, {}, {one, two}));
  CHECK(out.ids == std::vector<std::string>{"3EB0AA", "B"});
  REQUIRE(out.readers.size() == 3);
  CHECK(out.readers[1].who == kAnnPn);
  CHECK(out.readers[1].time == 12);
  CHECK(out.readers[1].id == "3EB0AA");
  CHECK(out.readers[2].id == "B");
}

TEST_CASE("an own device's receipt belongs to the chat it names") {
  auto out = parsed(receipt_from(kOwnLid.without_device(),
                                 {{"type", "read-self"}, {"recipient", kAnnLid.without_device()}}));
  CHECK(out.chat == kAnnLid.without_device());
  CHECK(parsed(receipt_from(kGroup, {{"type", "read-self"}, {"participant", kOwnLid}})).chat ==
        kGroup);
}

TEST_CASE("receipts without message or address are refused") {
  wire::Node no_id = receipt_from(kAnnLid), no_from = receipt_from(kAnnLid);
  no_id.set("id", "\x01");
  no_from.set("from", wire::Jid::server_only());
  CHECK_THAT(refused(no_id), Catch::Contains("id"));
  CHECK_THAT(refused(no_from), Catch::Contains("from"));
  CHECK_THAT(refused(node("message")), Catch::Contains("not a receipt"));
}

// A retry receipt as it arrives: the server swaps to and from.
wire::Node arriving(wire::Node sent) {
  sent.set("from", kAnnLid);
  return sent;
}

TEST_CASE("a retry arrives as it was asked for, with keys and without") {
  IncomingMessage message = received({{"from", kAnnLid}});
  auto bare = parsed(arriving(build_retry_receipt(message, 1, 0, 12345, {})));
  REQUIRE(bare.retry);
  CHECK(bare.type == ReceiptType::retry);
  CHECK(bare.retry->count == 1);
  CHECK(bare.retry->error == 0);
  CHECK(bare.retry->time == 1750000000);
  CHECK(bare.retry->registration_id == 12345);
  CHECK_FALSE(bare.retry->keys);

  OwnKeys keys = own_keys();
  auto full = parsed(arriving(build_retry_receipt(message, 2, 7, 12345, keys)));
  REQUIRE(full.retry);
  CHECK(full.retry->error == 7);
  REQUIRE(full.retry->keys);
  CHECK(full.retry->keys->registration_id == 12345);
  CHECK(full.retry->keys->identity == keys.identity);
  CHECK(full.retry->keys->signed_pre_key_id == keys.signed_id);
  CHECK(full.retry->keys->signed_pre_key == keys.signed_key);
  CHECK(full.retry->keys->signed_pre_key_signature == keys.signature);
  REQUIRE(full.retry->keys->one_time.size() == 1);
  CHECK(full.retry->keys->one_time[0].id == keys.one_time.id);
  CHECK(full.retry->keys->one_time[0].key == keys.one_time.key);
  CHECK(full.retry->device_identity == Bytes{9});
}

TEST_CASE("a retry without what it needs is refused by name") {
  wire::Node whole =
      arriving(build_retry_receipt(received({{"from", kAnnLid}}), 2, 1, 1, own_keys()));
  auto& children = std::get<wire::Nodes>(whole.content);
  auto without = [&](std::size_t child) {
    wire::Node cut = whole;
    auto& left = std::get<wire::Nodes>(cut.content);
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(child));
    return refused(cut);
  };
  REQUIRE(children.size() == 3);
  CHECK_THAT(without(0), Catch::Contains("<retry>"));
  CHECK_THAT(without(1), Catch::Contains("registration"));
  auto& keys = std::get<wire::Nodes>(children[2].content);
  for (std::size_t i : {1U, 2U, 3U}) {  // identity, key, skey: their first byte is too many
    wire::Node saved = keys[i];
    keys[i].content = Bytes{1};
    CHECK_THAT(refused(whole), Catch::Contains("keys"));
    keys[i] = saved;
  }
  CHECK(parse_receipt(whole, test::kOwnAddresses));
}

TEST_CASE("each kind of message is answered to its own address") {
  auto direct = receipt_address(received({{"from", kAnnLid}}));
  CHECK(direct.to == kAnnLid);
  CHECK_FALSE(direct.participant);
  CHECK_FALSE(direct.recipient);
  auto group = receipt_address(received({{"from", kGroup}, {"participant", kAnnLid}}));
  CHECK(group.to == kGroup);
  CHECK(group.participant == kAnnLid);
  auto own = receipt_address(received({{"from", kOwnLid}, {"recipient", kAnnLid}}));
  CHECK(own.to == kOwnLid);
  CHECK(own.recipient == kAnnLid.without_device());
  auto peer =
      receipt_address(received({{"from", kOwnLid}, {"recipient", kAnnLid}, {"category", "peer"}}));
  CHECK_FALSE(peer.recipient);
}

TEST_CASE("each kind of message has its type of receipt") {
  auto direct = received({{"from", kAnnLid}});
  CHECK(receipt_type(direct, true).empty());
  CHECK(receipt_type(direct, false) == "inactive");
  CHECK(receipt_type(received({{"from", kOwnLid}}), false) == "sender");
  CHECK(receipt_type(received({{"from", kOwnLid}, {"category", "peer"}}), true) == "peer_msg");
}

TEST_CASE("a receipt is built with type, time and list") {
  wire::Node one = build_receipt({"A"}, {kAnnLid, {}, {}}, "");
  CHECK(one.attr("id") == "A");
  CHECK_FALSE(one.has("type"));
  CHECK_FALSE(one.has("t"));
  CHECK(one.child() == nullptr);
  wire::Node more = build_receipt({"A", "B", "C"}, {kGroup, kAnnLid, {}}, "read", 17);
  CHECK(more.attr("type") == "read");
  CHECK(more.attr("t") == "17");
  CHECK(more.jid("participant") == kAnnLid);
  CHECK_FALSE(more.has("context"));
  REQUIRE(more.child("list") != nullptr);
  CHECK(more.child("list")->children().size() == 2);
  CHECK(build_receipt({"A"}, {test::kStatus, kAnnLid, {}}, "").attr("context") == "status");
  std::vector<std::string> many(300, "X");
  CHECK(build_receipt(many, {kAnnLid, {}, {}}, "read").child("list")->children().size() == 255);
}

TEST_CASE("a retry of an own device's message names the chat, of a peer message its category") {
  auto own =
      build_retry_receipt(received({{"from", kOwnLid}, {"recipient", kAnnLid}}), 1, 4, 1, {});
  CHECK(own.jid("recipient") == kAnnLid.without_device());
  CHECK(own.child("retry")->attr("error") == "4");
  auto peer = build_retry_receipt(received({{"from", kOwnLid}, {"category", "peer"}}), 1, 0, 1, {});
  CHECK(peer.attr("category") == "peer");
  CHECK_FALSE(peer.child("retry")->has("error"));
}

}  // namespace
}  // namespace wasphere::stanza
