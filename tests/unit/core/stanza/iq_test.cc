#include "core/stanza/iq.h"

#include <catch2/catch.hpp>
#include <limits>

#include "core/util/encoding.h"
#include "core/wire/node_codec.h"
#include "tests/unit/core/stanza/support.h"

namespace wasphere::stanza {
namespace {

using test::node;

TEST_CASE("a request goes to the server, as a pair") {
  wire::Node request = iq("12345.6789-2", "w:p", "get");
  CHECK(wire::is_server_jid(request, "to"));
  CHECK(request.attr("id") == "12345.6789-2");
  CHECK(std::holds_alternative<wire::Jid>(request.attrs.at(0).second));
  CHECK(request.children().empty());
  CHECK(ping("1") == iq("1", "w:p", "get"));
}

TEST_CASE("answers go back to who asked, with the id") {
  wire::Node request =
      node("iq", {{"from", wire::Jid::server_only()}, {"id", "7"}, {"type", "get"}});
  wire::Node result = iq_result(request, {node("x")});
  CHECK(wire::is_server_jid(result, "to"));
  CHECK(result.attr("id") == "7");
  CHECK(result.attr("type") == "result");
  CHECK(result.child("x") != nullptr);
  wire::Jid group{"123-456", "g.us"};
  CHECK(iq_result(node("iq", {{"from", group}, {"id", "8"}})).jid("to") == group);
}

TEST_CASE(
    "a result is fine, an error says the server's code and text, anything else is malformed") {
  CHECK(check_iq_result(node("iq", {{"type", "result"}})));
  auto error = check_iq_result(iq_error(node("iq", {{"id", "1"}}), 406, "not-acceptable"));
  REQUIRE_FALSE(error);
  CHECK(error.error().code == ErrorCode::whatsapp_error);
  CHECK(error.error().message == "WhatsApp answered 406 (not-acceptable)");
  auto bare = check_iq_result(node("iq", {{"type", "error"}}));
  REQUIRE_FALSE(bare);
  CHECK(bare.error().message == "WhatsApp answered with an error");
  CHECK(check_iq_result(node("iq", {{"type", "set"}})).error().code == ErrorCode::protocol_error);
  CHECK_FALSE(check_iq_result(node("message", {{"type", "result"}})));
}

TEST_CASE("what a server writes into an error does not reach the message as it is") {
  auto error = check_iq_result(iq_error(node("iq"), 1, "\x1b[2J<b>\xff" + std::string(200, 'a')));
  REQUIRE_FALSE(error);
  CHECK(error.error().message.size() < 100);
  CHECK(error.error().message.find('\x1b') == std::string::npos);
  CHECK(is_valid_utf8(error.error().message));
}

TEST_CASE("the stanzas after login") {
  CHECK(set_active("4").attr("xmlns") == "passive");
  CHECK(set_active("4").child("active") != nullptr);
  wire::Node batch = offline_batch(200);
  CHECK(batch.tag == "ib");
  CHECK(batch.attrs.empty());
  CHECK(batch.child("offline_batch")->attr("count") == "200");
  wire::Node clean = clean_dirty("5", "account_sync", "1700000000");
  CHECK(clean.attr("xmlns") == "urn:xmpp:whatsapp:dirty");
  CHECK(clean.attr("type") == "set");
  CHECK(clean.child("clean")->attr("type") == "account_sync");
  CHECK(clean.child("clean")->attr("timestamp") == "1700000000");
}

TEST_CASE("presence carries the name only if there is one") {
  wire::Node named = presence("unavailable", "Support");
  CHECK(named.attr("type") == "unavailable");
  CHECK(named.attr("name") == "Support");
  CHECK_FALSE(presence("available", "").has("name"));
}

TEST_CASE("unlinking names our own device") {
  wire::Jid own{"5511999999999", "s.whatsapp.net", 3};
  wire::Node request = remove_companion("6", own);
  CHECK(request.attr("xmlns") == "md");
  CHECK(request.attr("type") == "set");
  const wire::Node* remove = request.child("remove-companion-device");
  REQUIRE(remove != nullptr);
  CHECK(remove->jid("jid") == own);
  CHECK(remove->attr("reason") == "user_initiated");
}

std::string session_id(std::uint64_t now_ms, std::int64_t offset_ms) {
  return unified_session(now_ms, offset_ms).child("unified_session")->attr_or("id", "");
}

TEST_CASE("the session id is the server's time and three days, within a week") {
  constexpr std::int64_t kDay = 86400000;
  CHECK(session_id(0, 0) == std::to_string(3 * kDay));
  CHECK(session_id(4 * kDay, 0) == "0");
  CHECK(session_id(4 * kDay + 5, -10) == std::to_string(7 * kDay - 5));
  CHECK(session_id(1700000000000, 1500) ==
        std::to_string((1700000000000 + 1500 + 3 * kDay) % (7 * kDay)));
  CHECK(session_id(1700000000000, -1700000000000) == std::to_string(3 * kDay));
}

TEST_CASE("the session id survives clocks that are far off") {
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
  for (auto offset : {kMax, kMin}) {
    std::string id = session_id(std::numeric_limits<std::uint64_t>::max(), offset);
    CHECK(id.find('-') == std::string::npos);
    CHECK(std::stoll(id) < 7 * 86400000LL);
  }
}

TEST_CASE("our requests decode to themselves") {
  for (const wire::Node& sent : {ping("1.2-3"), set_active("2"), offline_batch(200),
                                 unified_session(1, 2), clean_dirty("1", "groups", "5")}) {
    auto back = wire::decode_node(wire::encode_node(sent));
    REQUIRE(back);
    CHECK(back->tag == sent.tag);
    CHECK(back->attr("id") == sent.attr("id"));
    CHECK(back->children().size() == sent.children().size());
  }
}

}  // namespace
}  // namespace wasphere::stanza
