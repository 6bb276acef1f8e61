#include <catch2/catch.hpp>

#include "core/stanza/iq.h"
#include "tests/unit/core/stanza/support.h"

namespace wasphere::stanza {
namespace {

using test::node;

const wire::Jid kOwn{"5511999999999", "s.whatsapp.net", 3};
const wire::Jid kGroup{"120363000000000000", "g.us"};
const wire::Jid kPeer{"123456789012345", "lid", 2};

wire::Node stanza(const char* tag, const wire::Jid& from, wire::Attrs more = {},
                  wire::Nodes children = {}) {
  wire::Attrs attrs{{"id", "3EB0"}, {"from", from}};
  attrs.insert(attrs.end(), more.begin(), more.end());
  return node(tag, attrs, std::move(children));
}

wire::Node ack_of(const wire::Node& received, std::optional<int> error = {}) {
  auto ack = ack_for(received, kOwn, error);
  REQUIRE(ack);
  CHECK(ack->tag == "ack");
  CHECK(ack->attr("id") == "3EB0");
  CHECK(ack->attr("class") == received.tag);
  CHECK(ack->jid("to") == received.jid("from"));
  return *ack;
}

TEST_CASE("a receipt is acked with its type and participant") {
  wire::Node ack = ack_of(stanza("receipt", kGroup, {{"type", "read"}, {"participant", kPeer}}));
  CHECK(ack.attr("type") == "read");
  CHECK(ack.jid("participant") == kPeer);
  CHECK_FALSE(ack.has("from"));
  CHECK_FALSE(ack.has("error"));
}

TEST_CASE("a receipt without a type is acked without one, and recipient is copied") {
  wire::Node ack = ack_of(stanza("receipt", kPeer, {{"recipient", kGroup}}));
  CHECK_FALSE(ack.has("type"));
  CHECK(ack.jid("recipient") == kGroup);
}

TEST_CASE("the ack of a server-error receipt names no participant") {
  wire::Node ack =
      ack_of(stanza("receipt", kGroup, {{"type", "server-error"}, {"participant", kPeer}}));
  CHECK(ack.attr("type") == "server-error");
  CHECK_FALSE(ack.has("participant"));
}

TEST_CASE("a participant that is the destination is left out") {
  CHECK_FALSE(ack_of(stanza("receipt", kPeer, {{"participant", kPeer}})).has("participant"));
}

TEST_CASE("notifications are acked with their type, but for two kinds") {
  struct Case {
    const char* type;
    const char* child;
    bool copied;
  };
  auto item = GENERATE(values<Case>({{"encrypt", "count", true},
                                     {"encrypt", "identity", false},
                                     {"devices", "add", false},
                                     {"w:gp2", "subject", true},
                                     {"link_code_companion_reg", "link_code_companion_reg", true},
                                     {"companion_reg_refresh", "companion_reg_refresh", true},
                                     {"server_sync", "collection", true}}));
  wire::Node ack = ack_of(stanza("notification", kPeer, {{"type", item.type}}, {node(item.child)}));
  CHECK(ack.has("type") == item.copied);
  CHECK(ack.attr_or("type", item.type) == item.type);
}

TEST_CASE("the participant of a notification is copied where the server wants it") {
  auto [type, copied] = GENERATE(table<const char*, bool>(
      {{"w:gp2", true}, {"mediaretry", true}, {"psa", true}, {"picture", false}}));
  wire::Node ack = ack_of(stanza("notification", kGroup, {{"type", type}, {"participant", kPeer}}));
  CHECK(ack.has("participant") == copied);
}

TEST_CASE("a call is acked with the tag of its child as type") {
  CHECK(ack_of(stanza("call", kPeer, {}, {node("terminate")})).attr("type") == "terminate");
  CHECK_FALSE(ack_of(stanza("call", kPeer)).has("type"));
}

TEST_CASE("the ack of a message comes from our device and keeps the type") {
  wire::Node ack = ack_of(stanza("message", kGroup, {{"type", "text"}, {"participant", kPeer}}));
  CHECK(ack.jid("from") == kOwn);
  CHECK(ack.attr("type") == "text");
  CHECK(ack.jid("participant") == kPeer);
}

TEST_CASE("a message that cannot be processed is acked with an error") {
  CHECK(ack_of(stanza("message", kPeer), 487).attr("error") == "487");
}

TEST_CASE("a stanza nobody knows is acked with 488") {
  CHECK(ack_of(stanza("novelty", kPeer)).attr("error") == "488");
  CHECK(ack_of(stanza("novelty", kPeer), 500).attr("error") == "500");
}

TEST_CASE("an address that came as text goes back as a JID") {
  wire::Node received = node("receipt", {{"id", "3EB0"}, {"from", "123@s.whatsapp.net"}});
  auto ack = ack_for(received, kOwn);
  REQUIRE(ack);
  CHECK(std::holds_alternative<wire::Jid>(ack->attrs.at(1).second));
}

TEST_CASE("some stanzas are never acked, whatever they carry") {
  for (const char* tag : {"iq", "ib", "presence", "chatstate", "success", "failure", "stream:error",
                          "ack", "xmlstreamend"})
    CHECK_FALSE(ack_for(stanza(tag, kPeer), kOwn, 500));
}

TEST_CASE("a stanza without an id is not acked; one without a sender goes to the server") {
  CHECK_FALSE(ack_for(node("message", {{"from", kPeer}}), kOwn));
  auto ack = ack_for(node("notification", {{"id", "1"}}), kOwn);
  REQUIRE(ack);
  CHECK(wire::is_server_jid(*ack, "to"));
}

}  // namespace
}  // namespace wasphere::stanza
