#include "core/stanza/server.h"

#include <catch2/catch.hpp>

#include "core/stanza/iq.h"
#include "core/stanza/stream.h"
#include "core/wire/node_codec.h"
#include "tests/unit/core/stanza/support.h"

namespace wasphere::stanza {
namespace {

using test::node;

wire::Node over_the_wire(const wire::Node& sent) {
  return wire::decode_node(wire::encode_node(sent)).value();
}

wire::Node request(const char* xmlns, const char* type, const char* child = nullptr) {
  wire::Nodes children;
  if (child != nullptr) children.push_back(node(child));
  return iq("77", xmlns, type, children);
}

TEST_CASE("success is what a client reads") {
  SuccessContent content{.time = 1700000000, .lid = {"99", "lid", 4}, .display_name = "Ana"};
  wire::Node node = build_success(content);
  auto success = parse_success(over_the_wire(node));
  REQUIRE(success);
  CHECK(success->server_time == 1700000000);
  CHECK(success->lid == content.lid);
  CHECK(success->display_name == "Ana");
  CHECK(node.attr("props") == "1");
  CHECK(node.attr("abprops") == "1");
  CHECK_FALSE(node.has("creation"));
}

TEST_CASE("failures and stream errors are what a client reads") {
  StreamEnd ban = parse_failure(over_the_wire(
      build_failure({.reason = 402, .code = 101, .expire = 3600, .location = "sbx"})));
  CHECK(ban.kind == EndClass::banned_temporary);
  CHECK(ban.ban_code == 101);
  CHECK(ban.ban_seconds == 3600);
  CHECK_FALSE(build_failure({}).has("reason"));
  CHECK(parse_failure(over_the_wire(build_failure({}))).kind == EndClass::refused);

  StreamEnd removed = parse_stream_error(over_the_wire(build_device_removed()));
  CHECK(removed.kind == EndClass::logged_out);
  CHECK(removed.code == 401);
  CHECK(removed.reason == "device_removed");
  CHECK(parse_stream_error(over_the_wire(build_replaced())).kind == EndClass::replaced);
  CHECK_FALSE(build_replaced().has("code"));
  CHECK(parse_stream_error(over_the_wire(build_restart_required())).kind == EndClass::restart);
  StreamErrorContent ack{.code = {}, .conflict = {}, .child = node("ack", {{"id", "5"}})};
  CHECK(parse_stream_error(over_the_wire(build_stream_error(ack))).reason == "ack_required");
  CHECK(wire::is_stream_end(over_the_wire(build_stream_end())));
}

TEST_CASE("requests are told apart by namespace, type and child") {
  struct Case {
    wire::Node iq;
    IqKind kind;
  };
  auto item = GENERATE(values<Case>({
      {request("encrypt", "get", "count"), IqKind::prekey_count},
      {request("encrypt", "get", "digest"), IqKind::prekey_digest},
      {request("encrypt", "get", "key"), IqKind::prekey_fetch},
      {request("encrypt", "get", "key_fetch"), IqKind::prekey_fetch},
      {request("encrypt", "set", "registration"), IqKind::prekey_upload},
      {request("encrypt", "set", "rotate"), IqKind::prekey_rotate},
      {request("encrypt", "get", "novelty"), IqKind::unknown},
      {request("encrypt", "set", "count"), IqKind::unknown},
      {request("passive", "set", "active"), IqKind::set_active},
      {request("passive", "set", "passive"), IqKind::set_passive},
      {request("abt", "get", "props"), IqKind::props},
      {request("w", "get", "props"), IqKind::legacy_props},
      {request("blocklist", "get"), IqKind::blocklist},
      {request("privacy", "get", "privacy"), IqKind::privacy},
      {request("w:m", "set", "media_conn"), IqKind::media_conn},
      {request("w:p", "get"), IqKind::ping},
      {request("w:p", "get", "ping"), IqKind::ping},
      {request("urn:xmpp:whatsapp:dirty", "set", "clean"), IqKind::clean_dirty},
      {request("md", "set", "link_code_companion_reg"), IqKind::link_code},
      {request("md", "get", "link_code_companion_reg"), IqKind::link_code},
      {request("md", "set", "remove-companion-device"), IqKind::remove_companion},
      {request("md", "set", "pair-device"), IqKind::phone_pair_device},
      {request("md", "get", "ref"), IqKind::unknown},
      {request("w:mex", "get", "query"), IqKind::unknown},
      {node("iq", {{"type", "result"}, {"id", "1"}}), IqKind::response},
      {node("iq", {{"type", "error"}, {"id", "1"}}), IqKind::response},
      {node("message", {{"type", "get"}, {"xmlns", "w:p"}}), IqKind::unknown},
  }));
  CHECK(classify_iq(item.iq) == item.kind);
}

const wire::Node& child_of(const wire::Node& answer, const char* tag) {
  const wire::Node* child = answer.child(tag);
  REQUIRE(child != nullptr);
  return *child;
}

wire::Node answered(const wire::Node& iq) {
  auto answer = stateless_answer(iq, {.time = 1700000000, .media_host = "127.0.0.1:8443"});
  REQUIRE(answer);
  CHECK(answer->attr("id") == "77");
  CHECK(answer->attr("type") == "result");
  CHECK(wire::is_server_jid(*answer, "from"));
  CHECK(answer->attr("t") == "1700000000");
  return *answer;
}

TEST_CASE("requests that need no state are answered as clients need it") {
  CHECK(answered(request("w:p", "get")).children().empty());
  CHECK(answered(request("urn:xmpp:whatsapp:dirty", "set", "clean")).children().empty());
  CHECK(child_of(answered(request("abt", "get", "props")), "props").attr("protocol") == "1");
  CHECK(child_of(answered(request("abt", "get", "props")), "props").attr("ab_key") == "x");
  CHECK(child_of(answered(request("w", "get", "props")), "props").attr("protocol") == "2");
  CHECK(child_of(answered(request("blocklist", "get")), "list").attr("dhash") == "0");
  wire::Node privacy = answered(request("privacy", "get", "privacy"));
  CHECK(child_of(child_of(privacy, "privacy"), "category").attr("name") == "last");
  wire::Node media = answered(request("w:m", "set", "media_conn"));
  CHECK(child_of(media, "media_conn").attr("ttl") == "3600");
  CHECK(child_of(child_of(media, "media_conn"), "host").attr("hostname") == "127.0.0.1:8443");
}

TEST_CASE("an unknown request gets an error rather than silence") {
  auto answer = stateless_answer(request("w:mex", "get", "query"), {});
  REQUIRE(answer);
  CHECK(answer->attr("type") == "error");
  CHECK(child_of(*answer, "error").attr("code") == "501");
  CHECK(child_of(*answer, "error").attr("text") == "feature-not-implemented");
}

TEST_CASE("requests that need state, and answers to ours, are left to the caller") {
  CHECK_FALSE(stateless_answer(request("encrypt", "get", "count"), {}));
  CHECK_FALSE(stateless_answer(request("passive", "set", "active"), {}));
  CHECK_FALSE(stateless_answer(request("md", "set", "remove-companion-device"), {}));
  CHECK_FALSE(stateless_answer(node("iq", {{"type", "result"}}), {}));
}

TEST_CASE("an answer names the server as a JID, and no one else") {
  wire::Node sent = answer(request("w:p", "get"));
  CHECK(std::holds_alternative<wire::Jid>(sent.attrs.at(0).second));
  CHECK_FALSE(sent.has("to"));
  CHECK(check_iq_result(over_the_wire(sent)));
}

TEST_CASE("whom to unlink") {
  wire::Jid own{"5511999999999", "s.whatsapp.net", 3};
  auto one = parse_remove_companion(over_the_wire(remove_companion("1", own)));
  REQUIRE(one);
  CHECK(*one == own);
  auto all =
      parse_remove_companion(node("iq", {}, {node("remove-companion-device", {{"all", "true"}})}));
  REQUIRE(all);
  CHECK_FALSE(all->has_value());
  CHECK_FALSE(parse_remove_companion(node("iq", {}, {node("remove-companion-device")})));
  CHECK_FALSE(parse_remove_companion(node("iq")));
}

TEST_CASE("the batch a client asks for") {
  CHECK(parse_offline_batch(over_the_wire(offline_batch(200))) == 200);
  CHECK_FALSE(parse_offline_batch(unified_session(1, 1)));
  CHECK_FALSE(parse_offline_batch(node("iq", {}, {node("offline_batch", {{"count", "5"}})})));
}

TEST_CASE("the server acks a client's message from the chat it went to") {
  wire::Jid chat{"123", "lid"};
  wire::Node ack = build_server_ack(node("message", {{"id", "3EB0"}, {"to", chat}}), 9);
  CHECK(ack.attr("class") == "message");
  CHECK(ack.attr("id") == "3EB0");
  CHECK(ack.jid("from") == chat);
  CHECK(ack.attr("t") == "9");
}

TEST_CASE("the server's own ping is a request that the client answers to the server") {
  wire::Node ping = over_the_wire(build_server_ping("p1"));
  CHECK(ping.attr("xmlns") == "urn:xmpp:ping");
  wire::Node pong = iq_result(ping);
  CHECK(pong.attr("id") == "p1");
  CHECK(wire::is_server_jid(pong, "to"));
  CHECK(classify_iq(pong) == IqKind::response);
}

}  // namespace
}  // namespace wasphere::stanza
