#include "core/stanza/message_server.h"

#include <catch2/catch.hpp>

#include "core/stanza/receipt.h"
#include "tests/unit/core/stanza/message_fixture.h"

namespace wasphere::stanza {
namespace {

using test::kAnnLid;
using test::kAnnPn;
using test::kGroup;
using test::kOwnLid;
using test::kOwnPn;

Enc made(EncType type, std::string_view body) {
  Enc out;
  out.type = type;
  out.body = to_bytes(as_bytes(body));
  return out;
}

OutgoingMessage sent_to(const wire::Jid& to) {
  OutgoingMessage out;
  out.id = "3EB0AA";
  out.to = to;
  out.phash = "2:x";
  out.privacy_token = {1};
  out.device_identity = {5};
  out.targets = {{kOwnLid, made(EncType::pkmsg, "mine")}, {kAnnLid, made(EncType::msg, "other")}};
  return out;
}

IncomingMessage delivered(const wire::Node& node) {
  return parse_message(test::over_the_wire(node), test::kOwnAddresses).value();
}

TEST_CASE("a device gets its own content and nothing that was for the server") {
  Stamp stamp;
  stamp.from = kAnnLid;
  stamp.alternative = kAnnPn;
  stamp.time = 17;
  stamp.push_name = "Ann";
  auto node = build_delivery(sent_to(kOwnLid.without_device()), kOwnLid, stamp);
  REQUIRE(node);
  CHECK_FALSE(node->has("phash"));
  CHECK_FALSE(node->has("to"));
  CHECK(node->child("tctoken") == nullptr);
  CHECK(node->child("participants") == nullptr);
  auto message = delivered(*node);
  CHECK(message.id == "3EB0AA");
  CHECK(message.sender_alt == kAnnPn);
  CHECK(message.push_name == "Ann");
  CHECK(message.time == 17);
  CHECK_FALSE(message.offline);
  REQUIRE(message.encs.size() == 1);
  CHECK(to_text(message.encs[0].body) == "mine");
  CHECK(message.device_identity == Bytes{5});
}

TEST_CASE("a device that was not named gets nothing") {
  wire::Jid unnamed{"123456789012345", "lid", 44};
  CHECK_FALSE(build_delivery(sent_to(kOwnLid), unnamed, {}));
}

TEST_CASE("a group member gets its sender key and the common content, offline if it was away") {
  OutgoingMessage sent = sent_to(kGroup);
  sent.common = made(EncType::skmsg, "common");
  sent.addressing_mode = "lid";
  Stamp stamp;
  stamp.from = kGroup;
  stamp.participant = kAnnLid;
  stamp.alternative = kAnnPn;
  stamp.offline = 3;
  auto message = delivered(*build_delivery(sent, kOwnLid, stamp));
  CHECK(message.group);
  CHECK(message.sender == kAnnLid);
  CHECK(message.sender_alt == kAnnPn);
  CHECK(message.offline);
  CHECK(message.addressing_mode == "lid");
  REQUIRE(message.encs.size() == 2);
  CHECK(to_text(message.encs[1].body) == "common");
  auto other = delivered(*build_delivery(sent, {"123456789012345", "lid", 44}, stamp));
  CHECK(other.encs.size() == 1);
}

TEST_CASE("an own other device gets a copy that names the chat") {
  Stamp stamp;
  stamp.from = {"123456789012345", "lid", 0};
  stamp.recipient = kAnnLid.without_device();
  stamp.alternative = kAnnPn;
  auto message = delivered(*build_delivery(sent_to(kAnnLid.without_device()), kOwnLid, stamp));
  CHECK(message.from_me);
  CHECK(message.chat == kAnnLid.without_device());
  CHECK(message.chat_alt == kAnnPn.without_device());
}

TEST_CASE("a receipt is read by the server and goes on with another address") {
  wire::Node sent = build_receipt({"A", "B"}, {kGroup, kAnnLid, {}}, "read");
  auto read = parse_sent_receipt(test::over_the_wire(sent));
  REQUIRE(read);
  CHECK(read->ids == std::vector<std::string>{"A", "B"});
  CHECK(read->type == "read");
  CHECK(read->to == kGroup);
  CHECK(read->participant == kAnnLid);
  Stamp stamp;
  stamp.from = kGroup;
  stamp.participant = kOwnPn;
  stamp.time = 18;
  auto forwarded = parse_receipt(forward_receipt(sent, stamp), test::kOwnAddresses);
  REQUIRE(forwarded);
  CHECK(forwarded->ids == std::vector<std::string>{"A", "B"});
  CHECK(forwarded->type == ReceiptType::read);
  CHECK(forwarded->readers[0].who == kOwnPn);
  CHECK(forwarded->readers[0].time == 18);
}

TEST_CASE("the server refuses receipts without id or address") {
  wire::Node sent = build_receipt({"A"}, {kAnnLid, {}, {}}, "");
  wire::Node no_id = sent, no_to = sent;
  no_id.set("id", "");
  no_to.set("to", "");
  CHECK_FALSE(parse_sent_receipt(no_id));
  CHECK_FALSE(parse_sent_receipt(no_to));
  CHECK_FALSE(parse_sent_receipt(test::node("message")));
}

TEST_CASE("a grouped receipt arrives with its readers") {
  wire::Node built = build_grouped_receipt(kGroup, "A", "read", {{kAnnLid, 1}, {kAnnPn, 2}});
  auto read = parse_receipt(test::over_the_wire(built), test::kOwnAddresses);
  REQUIRE(read);
  CHECK(read->type == ReceiptType::read);
  REQUIRE(read->readers.size() == 2);
  CHECK(read->readers[1].who == kAnnPn);
  CHECK(read->readers[1].time == 2);
}

TEST_CASE("a chat state goes on with its author") {
  wire::Node sent = build_chat_state(kGroup, ChatState::recording);
  wire::Node forwarded = forward_chat_state(sent, kGroup, kAnnLid);
  CHECK(forwarded.jid("from") == kGroup);
  CHECK(forwarded.jid("participant") == kAnnLid);
  CHECK_FALSE(forwarded.has("to"));
  CHECK(forwarded.child()->attr("media") == "audio");
}

}  // namespace
}  // namespace wasphere::stanza
