#include <catch2/catch.hpp>

#include "core/stanza/usync.h"
#include "tests/unit/core/stanza/message_fixture.h"

namespace wasphere::stanza {
namespace {

using test::kAnnLid;
using test::kAnnPn;
using test::node;

wire::Node notification(const char* type, const wire::Jid& from, wire::Nodes children,
                        wire::Attrs more = {}) {
  wire::Attrs attrs{{"id", "1"}, {"type", type}, {"from", from}, {"t", "17"}};
  attrs.insert(attrs.end(), more.begin(), more.end());
  return node("notification", attrs, std::move(children));
}

TEST_CASE("changed devices are told with their user") {
  wire::Node device = node("device", {{"jid", kAnnPn}});
  auto added = parse_devices_changed(
      notification("devices", kAnnPn, {node("add", {}, {device})}, {{"lid", kAnnLid}}));
  REQUIRE(added);
  CHECK(added->user == kAnnPn.without_device());
  CHECK(added->lid == kAnnLid.without_device());
  CHECK(added->added);
  CHECK(added->removed.empty());
  auto removed =
      parse_devices_changed(notification("devices", kAnnPn, {node("remove", {}, {device})}));
  REQUIRE(removed);
  CHECK(removed->removed == std::vector<wire::Jid>{kAnnPn});
  CHECK_FALSE(removed->added);
  CHECK(parse_devices_changed(notification("devices", kAnnPn, {node("update")}))->added);
  CHECK(parse_devices_changed(notification("account_sync", kAnnPn, {node("devices")})));
}

TEST_CASE("other notifications change no devices") {
  CHECK_FALSE(parse_devices_changed(notification("account_sync", kAnnPn, {node("privacy")})));
  CHECK_FALSE(parse_devices_changed(notification("encrypt", kAnnPn, {node("add")})));
  CHECK_FALSE(
      parse_devices_changed(notification("devices", wire::Jid::server_only(), {node("add")})));
}

TEST_CASE("a new identity is told with its user") {
  CHECK(parse_identity_changed(notification("encrypt", kAnnPn, {node("identity")})) == kAnnPn);
  CHECK_FALSE(parse_identity_changed(notification("encrypt", kAnnPn, {node("count")})));
  CHECK_FALSE(parse_identity_changed(notification("devices", kAnnPn, {node("identity")})));
}

wire::Node tokens(wire::Attrs attrs, BytesView content) {
  return node("tokens", {},
              {node("token", {{"type", "other"}}),
               test::with_content(node("token", std::move(attrs)), content)});
}

TEST_CASE("a privacy token is read with its time") {
  auto token = parse_privacy_token(notification(
      "privacy_token", kAnnPn, {tokens({{"type", "trusted_contact"}, {"t", "16"}}, Bytes{1, 2})},
      {{"sender_lid", kAnnLid}}));
  REQUIRE(token);
  CHECK(token->from == kAnnPn.without_device());
  CHECK(token->from_lid == kAnnLid.without_device());
  CHECK(token->token == Bytes{1, 2});
  CHECK(token->time == 16);
}

TEST_CASE("a privacy token without time or content is none") {
  auto read = [](wire::Attrs attrs, Bytes content) {
    return parse_privacy_token(
        notification("privacy_token", kAnnPn, {tokens(std::move(attrs), content)}));
  };
  CHECK_FALSE(read({{"type", "trusted_contact"}}, {1}));
  CHECK_FALSE(read({{"type", "trusted_contact"}, {"t", "16"}}, {}));
  CHECK_FALSE(read({{"type", "another"}, {"t", "16"}}, {1}));
  CHECK_FALSE(parse_privacy_token(notification("privacy_token", kAnnPn, {})));
}

TEST_CASE("a token of ours is issued to a bare address") {
  wire::Node iq = issue_privacy_token("9", kAnnLid, 1750000000);
  CHECK(iq.attr("xmlns") == "privacy");
  CHECK(iq.attr("type") == "set");
  const wire::Node* token = iq.child("tokens")->child("token");
  CHECK(token->jid("jid") == kAnnLid.without_device());
  CHECK(token->attr("t") == "1750000000");
  CHECK(token->attr("type") == "trusted_contact");
}

TEST_CASE("a token is valid for four weeks counted in whole ones") {
  constexpr std::uint64_t kWeek = 604800, kNow = 2900 * kWeek + 5;
  CHECK(privacy_token_valid(kNow, kNow));
  CHECK(privacy_token_valid(2897 * kWeek, kNow));
  CHECK_FALSE(privacy_token_valid(2897 * kWeek - 1, kNow));
  CHECK(privacy_token_valid(0, 5));
}

}  // namespace
}  // namespace wasphere::stanza
