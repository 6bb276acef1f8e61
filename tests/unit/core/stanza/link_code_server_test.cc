#include "core/stanza/link_code_server.h"

#include <catch2/catch.hpp>

#include "core/stanza/notification.h"
#include "core/wire/node_codec.h"
#include "tests/unit/core/stanza/support.h"

namespace wasphere::stanza {
namespace {

using test::node;

const wire::Jid kPhone{"5511999999999", "s.whatsapp.net"};

wire::Node stage(const char* name, wire::Nodes children, bool with_jid = true) {
  wire::Node reg = node("link_code_companion_reg", {{"stage", name}}, std::move(children));
  if (with_jid) reg.set("jid", kPhone);
  return node("iq", {{"id", "1"}, {"type", "set"}, {"xmlns", "md"}}, {std::move(reg)});
}

wire::Nodes hello_children() {
  return {leaf("link_code_pairing_wrapped_companion_ephemeral_pub", Bytes(80, 1)),
          leaf("companion_server_auth_key_pub", Bytes(32, 2)), leaf("companion_platform_id", "1"),
          leaf("companion_platform_display", "Chrome (Linux)")};
}

wire::Nodes finish_children() {
  return {leaf("link_code_pairing_wrapped_key_bundle", Bytes(156, 1)),
          leaf("companion_identity_public", Bytes(32, 2)), leaf("link_code_pairing_ref", "r")};
}

TEST_CASE("stages of linking with a code are told apart") {
  CHECK(link_code_stage(stage("companion_hello", {})) == LinkCodeStage::companion_hello);
  CHECK(link_code_stage(stage("companion_finish", {})) == LinkCodeStage::companion_finish);
  CHECK(link_code_stage(stage("get_country_code", {})) == LinkCodeStage::get_country_code);
  CHECK_FALSE(link_code_stage(stage("primary_hello", {})));
  CHECK_FALSE(link_code_stage(node("iq")));
  CHECK_FALSE(link_code_stage(node("message", {}, {node("link_code_companion_reg")})));
}

TEST_CASE("a companion_hello that lacks something is refused") {
  CHECK(parse_companion_hello(stage("companion_hello", hello_children())));
  CHECK_FALSE(parse_companion_hello(stage("companion_hello", hello_children(), false)));
  CHECK_FALSE(parse_companion_hello(stage("companion_finish", hello_children())));
  for (std::size_t i = 0; i < hello_children().size(); ++i) {
    wire::Nodes children = hello_children();
    children.at(i).content = Bytes{};
    CHECK_FALSE(parse_companion_hello(stage("companion_hello", children)));
  }
}

TEST_CASE("a companion_finish that lacks something is refused") {
  CHECK(parse_companion_finish(stage("companion_finish", finish_children())));
  CHECK_FALSE(parse_companion_finish(stage("companion_finish", finish_children(), false)));
  CHECK_FALSE(parse_companion_finish(stage("companion_hello", finish_children())));
  for (std::size_t i = 0; i < finish_children().size(); ++i) {
    wire::Nodes children = finish_children();
    children.at(i).content = Bytes{};
    CHECK_FALSE(parse_companion_finish(stage("companion_finish", children)));
  }
}

TEST_CASE("text that another client sends as a token is read as text") {
  wire::Nodes children = hello_children();
  children.at(2).content = std::string("1");
  auto hello = parse_companion_hello(stage("companion_hello", children));
  REQUIRE(hello);
  CHECK(hello->platform_id == "1");
}

TEST_CASE("a country code answers by its ISO name") {
  wire::Node answer = country_code_answer(stage("get_country_code", {}), "BR");
  CHECK(answer.attr("id") == "1");
  REQUIRE(answer.child("country_code") != nullptr);
  CHECK(answer.child("country_code")->attr("iso") == "BR");
}

TEST_CASE("refresh_code and companion_reg_refresh are recognised by the companion") {
  wire::Node refresh =
      wire::decode_node(wire::encode_node(build_refresh_code("3", 5, "ref", true))).value();
  CHECK(classify_link_notification(refresh) == LinkNotification::refresh_code);
  RefreshCode content = parse_refresh_code(refresh);
  CHECK(content.ref == "ref");
  CHECK(content.force_manual);
  CHECK_FALSE(parse_refresh_code(build_refresh_code("3", 5, "ref", false)).force_manual);
  CHECK(classify_link_notification(build_companion_reg_refresh("4", 5)) ==
        LinkNotification::companion_reg_refresh);
}

}  // namespace
}  // namespace wasphere::stanza
