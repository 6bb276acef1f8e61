#include "core/stanza/message.h"

#include <catch2/catch.hpp>

#include "tests/unit/core/stanza/message_fixture.h"

namespace wasphere::stanza {
namespace {

using test::enc;
using test::kAnnLid;
using test::kAnnPn;
using test::kGroup;
using test::kOwnLid;
using test::kOwnPn;
using test::node;

wire::Node message_from(const wire::Jid& from, wire::Attrs more = {}, wire::Nodes children = {}) {
  wire::Attrs attrs{{"id", "3EB0AA"}, {"from", from}, {"t", "1750000000"}, {"type", "text"}};
  attrs.insert(attrs.end(), more.begin(), more.end());
  return node("message", attrs, std::move(children));
}

IncomingMessage parsed(const wire::Node& node) {
  auto out = parse_message(test::over_the_wire(node), test::kOwnAddresses);
  REQUIRE(out);
  return *out;
}

std::string refused(const wire::Node& node) {
  auto out = parse_message(node, test::kOwnAddresses);
  REQUIRE_FALSE(out);
  CHECK(out.error().code == ErrorCode::protocol_error);
  return out.error().message;
}

TEST_CASE("a direct message from a hidden address names the number beside it") {
  auto out = parsed(message_from(
      kAnnLid,
      {{"sender_pn", kAnnPn.without_device()}, {"notify", "Ann ☕"}, {"addressing_mode", "lid"}}));
  CHECK(out.id == "3EB0AA");
  CHECK(out.time == 1750000000);
  CHECK(out.type == "text");
  CHECK(out.from == kAnnLid);
  CHECK(out.sender == kAnnLid);
  CHECK(out.sender_alt == kAnnPn);  // the device carries over
  CHECK(out.chat == kAnnLid.without_device());
  CHECK(out.chat_alt == kAnnPn.without_device());
  CHECK(out.push_name == "Ann ☕");
  CHECK(out.addressing_mode == "lid");
  CHECK_FALSE(out.from_me);
  CHECK_FALSE(out.group);
  CHECK_FALSE(out.offline);
  CHECK_FALSE(out.peer);
}

TEST_CASE("a direct message from a number names the hidden address beside it") {
  auto out = parsed(message_from(kAnnPn, {{"sender_lid", kAnnLid.without_device()}}));
  CHECK(out.sender_alt == kAnnLid);
  CHECK(out.chat_alt == kAnnLid.without_device());
}

TEST_CASE("an alternative address in the same namespace is none") {
  for (const char* key : {"sender_pn", "sender_lid"}) {
    auto out = parsed(message_from(kAnnPn, {{key, kAnnPn}}));
    CHECK_FALSE(out.sender_alt);
    CHECK_FALSE(out.chat_alt);
  }
  wire::Attrs both{{"sender_pn", kAnnPn}, {"sender_lid", kAnnLid}};
  CHECK(parsed(message_from(kAnnPn, both)).sender_alt == kAnnLid);
  CHECK(parsed(message_from(kAnnLid, both)).sender_alt == kAnnPn);
}

TEST_CASE("a copy from an own device belongs to the chat of its recipient") {
  wire::Jid phone = kOwnLid.without_device();
  auto out = parsed(message_from(phone, {{"recipient", kAnnLid.without_device()},
                                         {"peer_recipient_pn", kAnnPn.without_device()}}));
  CHECK(out.from_me);
  CHECK(out.sender == phone);
  CHECK(out.chat == kAnnLid.without_device());
  CHECK(out.chat_alt == kAnnPn.without_device());
}

TEST_CASE("an own device in the other namespace is own too") {
  CHECK(parsed(message_from({"5511999999999", "s.whatsapp.net", 9})).from_me);
  CHECK(parsed(message_from({"5511999999999", "hosted", 99})).from_me);
  CHECK(parsed(message_from({"123456789012345", "hosted.lid", 99})).from_me);
  CHECK_FALSE(parsed(message_from({"5511999999999", "lid", 9})).from_me);
  OwnAddresses unknown_lid{kOwnPn, {}};
  CHECK_FALSE(unknown_lid.is_own({"", "", 0}));
}

TEST_CASE("an own message without recipient belongs to the chat with oneself") {
  auto out = parsed(message_from(kOwnPn.without_device(), {{"category", "peer"}}));
  CHECK(out.from_me);
  CHECK(out.peer);
  CHECK(out.chat == kOwnPn.without_device());
}

TEST_CASE("a group message belongs to the group and its participant") {
  auto out = parsed(message_from(kGroup, {{"participant", kAnnLid},
                                          {"participant_pn", kAnnPn.without_device()},
                                          {"offline", "2"},
                                          {"edit", "1"}}));
  CHECK(out.group);
  CHECK(out.chat == kGroup);
  CHECK_FALSE(out.chat_alt);
  CHECK(out.sender == kAnnLid);
  CHECK(out.sender_alt == kAnnPn);
  CHECK(out.offline);
  CHECK(out.edit == "1");
}

TEST_CASE("own messages in groups are recognised by their participant") {
  CHECK(parsed(message_from(kGroup, {{"participant", kOwnLid.without_device()}})).from_me);
}

TEST_CASE("a status belongs to its author on the status list") {
  auto out = parsed(message_from(test::kStatus, {{"participant", kAnnPn}}));
  CHECK_FALSE(out.group);
  CHECK(out.chat == test::kStatus);
  CHECK(out.sender == kAnnPn);
}

TEST_CASE("pairwise contents come before those of the group, otherwise in order") {
  auto out = parsed(
      message_from(kGroup, {{"participant", kAnnLid}},
                   {enc("skmsg", "1", {{"mediatype", "image"}, {"decrypt-fail", "hide"}}),
                    enc("frob", "2"), enc("pkmsg", "3", {{"count", "2"}}), enc("msg", "4")}));
  REQUIRE(out.encs.size() == 4);
  CHECK(out.encs[0].type == EncType::pkmsg);
  CHECK(out.encs[0].count == 2);
  CHECK(to_text(out.encs[0].body) == "3");
  CHECK(out.encs[1].type == EncType::msg);
  CHECK(out.encs[2].type == EncType::skmsg);
  CHECK(out.encs[2].mediatype == "image");
  CHECK(out.encs[2].hide_failure);
  CHECK(out.encs[3].type == EncType::unknown);
  CHECK(out.encs[3].version == 2);
}

TEST_CASE("identity, unavailable and plaintext are read") {
  auto out = parsed(message_from(kAnnLid, {},
                                 {test::with_content(node("device-identity"), Bytes{1, 2}),
                                  node("unavailable", {{"type", "view_once"}}),
                                  test::with_content(node("plaintext"), Bytes{3})}));
  CHECK(out.device_identity == Bytes{1, 2});
  CHECK(out.unavailable == "view_once");
  CHECK(out.plaintext);
  CHECK(parsed(message_from(kAnnLid, {}, {node("unavailable")})).unavailable == "other");
  CHECK(parsed(message_from(kAnnLid)).unavailable.empty());
}

TEST_CASE("what is no text is dropped, not passed on") {
  auto out = parsed(message_from(kAnnLid, {{"notify", "\xFF\xFE"}, {"edit", "1\n"}}));
  CHECK(out.push_name.empty());
  CHECK(out.edit.empty());
}

TEST_CASE("a message without what it needs is refused by name") {
  wire::Node whole = message_from(kGroup, {{"participant", kAnnLid}});
  struct Case {
    const char* attribute;
    const char* complaint;
  };
  for (auto [attribute, complaint] : {Case{"id", "id"}, Case{"from", "from"}, Case{"t", " t"},
                                      Case{"participant", "participant"}}) {
    wire::Node cut = whole;
    std::erase_if(cut.attrs, [&](const auto& attr) { return attr.first == attribute; });
    CAPTURE(attribute);
    CHECK_THAT(refused(cut), Catch::Contains(complaint));
    cut.set(attribute, "\x01");
    CHECK_THAT(refused(cut), Catch::Contains(complaint));
  }
  CHECK_THAT(refused(node("receipt")), Catch::Contains("not a message"));
  CHECK_THAT(refused(message_from(wire::Jid::server_only())), Catch::Contains("from"));
  whole.set("t", "253402300800");  // the year 10000
  CHECK_THAT(refused(whole), Catch::Contains(" t"));
}

}  // namespace
}  // namespace wasphere::stanza
