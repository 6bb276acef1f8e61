#include <catch2/catch.hpp>

#include "tests/unit/core/stanza/message_fixture.h"

namespace wasphere::stanza {
namespace {

using test::enc;
using test::kAnnLid;
using test::kGroup;
using test::kOwnPn;
using test::node;

Enc made(EncType type, std::string_view body) {
  Enc out;
  out.type = type;
  out.body = to_bytes(as_bytes(body));
  return out;
}

// Every member set.
OutgoingMessage full() {
  OutgoingMessage out;
  out.id = "3EB0AA";
  out.to = kGroup;
  out.type = "media";
  out.edit = "1";
  out.peer_recipient_pn = test::kAnnPn.without_device();
  out.participant = kAnnLid;
  out.recipient = kOwnPn;
  out.addressing_mode = "lid";
  out.phash = "2:QrBd9lE9";
  out.peer = true;
  out.push_priority = "high";
  out.no_fanout = true;
  out.targets = {{kAnnLid, made(EncType::pkmsg, "one")}, {kOwnPn, made(EncType::msg, "two")}};
  out.common = made(EncType::skmsg, "three");
  out.common->mediatype = "image";
  out.common->hide_failure = true;
  out.common->count = 2;
  out.device_identity = {1, 2};
  out.reporting_token = Bytes(16, 7);
  out.privacy_token = {3};
  out.cs_token = {4};
  out.meta = {{"polltype", "vote"}};
  out.extra = {node("biz", {{"a", "b"}})};
  return out;
}

void check_same(const Enc& a, const Enc& b) {
  CHECK(a.type == b.type);
  CHECK(a.version == b.version);
  CHECK(a.body == b.body);
  CHECK(a.mediatype == b.mediatype);
  CHECK(a.hide_failure == b.hide_failure);
  CHECK(a.count == b.count);
}

void check_same(const OutgoingMessage& a, const OutgoingMessage& b) {
  CHECK(a.id == b.id);
  CHECK(a.to == b.to);
  CHECK(a.type == b.type);
  CHECK(a.edit == b.edit);
  CHECK(a.peer_recipient_pn == b.peer_recipient_pn);
  CHECK(a.participant == b.participant);
  CHECK(a.recipient == b.recipient);
  CHECK(a.addressing_mode == b.addressing_mode);
  CHECK(a.phash == b.phash);
  CHECK(a.peer == b.peer);
  CHECK(a.push_priority == b.push_priority);
  CHECK(a.no_fanout == b.no_fanout);
  REQUIRE(a.targets.size() == b.targets.size());
  for (std::size_t i = 0; i < a.targets.size(); ++i) {
    CHECK(a.targets[i].device == b.targets[i].device);
    check_same(a.targets[i].enc, b.targets[i].enc);
  }
  REQUIRE(a.common.has_value() == b.common.has_value());
  if (a.common) check_same(*a.common, *b.common);
  CHECK(a.device_identity == b.device_identity);
  CHECK(a.reporting_token == b.reporting_token);
  CHECK(a.privacy_token == b.privacy_token);
  CHECK(a.cs_token == b.cs_token);
  CHECK(a.meta == b.meta);
  CHECK(a.extra.size() == b.extra.size());
}

TEST_CASE("a message arrives at the server as it was built") {
  OutgoingMessage sent = full();
  auto read = parse_outgoing(test::over_the_wire(build_message(sent)));
  REQUIRE(read);
  check_same(*read, sent);
}

TEST_CASE("a plain message has no more than it needs") {
  OutgoingMessage sent;
  sent.id = "1A";
  sent.to = kAnnLid.without_device();
  sent.targets = {{kAnnLid, made(EncType::msg, "x")}};
  sent.device_identity = {1};
  wire::Node built = build_message(sent);
  CHECK(built.attrs.size() == 3);
  CHECK(built.children().size() == 1);  // no identity without a pkmsg
  auto read = parse_outgoing(built);
  REQUIRE(read);
  CHECK(read->device_identity.empty());
  CHECK_FALSE(read->common);
}

TEST_CASE("the identity goes with any pre-key message, also an only one") {
  OutgoingMessage sent;
  sent.id = "1A";
  sent.to = kAnnLid;
  sent.device_identity = {1};
  sent.common = made(EncType::pkmsg, "x");
  CHECK(build_message(sent).child("device-identity") != nullptr);
  CHECK(build_message(sent).child("participants") == nullptr);
}

TEST_CASE("a viewer of a status may be named without content") {
  auto read = parse_outgoing(
      node("message", {{"id", "1"}, {"to", test::kStatus}, {"type", "text"}},
           {node("participants", {}, {node("to", {{"jid", kAnnLid}})}), enc("skmsg", "x")}));
  REQUIRE(read);
  REQUIRE(read->targets.size() == 1);
  CHECK(read->targets[0].enc.body.empty());
  CHECK(build_message(*read).child("participants")->child("to")->children().empty());
}

TEST_CASE("the server names what a message lacks") {
  wire::Node whole = build_message(full());
  for (const char* attribute : {"id", "to", "type"}) {
    wire::Node cut = whole;
    std::erase_if(cut.attrs, [&](const auto& attr) { return attr.first == attribute; });
    auto read = parse_outgoing(cut);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == ErrorCode::protocol_error);
    CHECK_THAT(read.error().message, Catch::EndsWith(std::string("without ") + attribute));
  }
}

TEST_CASE("the server refuses contents that it cannot name") {
  wire::Node bad_version = enc("msg", "x"), bad_type = enc("msg", "x");
  std::erase_if(bad_version.attrs, [](const auto& attr) { return attr.first == "v"; });
  std::erase_if(bad_type.attrs, [](const auto& attr) { return attr.first == "type"; });
  struct Case {
    wire::Nodes children;
    const char* complaint;
  };
  for (const auto& [children, complaint] :
       {Case{{}, "without enc"}, Case{{bad_version}, "without v"}, Case{{bad_type}, "without type"},
        Case{{enc("frob", "x")}, "unknown type"}, Case{{enc("msg", "")}, "without content"},
        Case{{node("participants")}, "without enc"},
        Case{{node("participants", {}, {node("from")})}, "something else"},
        Case{{node("participants", {}, {node("to")})}, "something else"},
        Case{{node("participants", {}, {node("to", {{"jid", kAnnLid}}, {enc("frob", "x")})})},
             "unknown type"}}) {
    CAPTURE(complaint);
    auto read =
        parse_outgoing(node("message", {{"id", "1"}, {"to", kAnnLid}, {"type", "text"}}, children));
    REQUIRE_FALSE(read);
    CHECK_THAT(read.error().message, Catch::Contains(complaint));
  }
}

}  // namespace
}  // namespace wasphere::stanza
