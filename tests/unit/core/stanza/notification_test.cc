#include "core/stanza/notification.h"

#include <catch2/catch.hpp>

#include "tests/unit/core/stanza/support.h"

namespace wasphere::stanza {
namespace {

using test::node;

wire::Node notification(const char* type, wire::Nodes children = {}) {
  return node("notification", {{"type", type}, {"id", "1"}}, std::move(children));
}

wire::Node code_stage(const char* stage) {
  return notification("link_code_companion_reg",
                      {node("link_code_companion_reg", {{"stage", stage}})});
}

TEST_CASE("notifications about linking are told apart") {
  CHECK(classify_link_notification(code_stage("primary_hello")) == LinkNotification::primary_hello);
  CHECK(classify_link_notification(code_stage("refresh_code")) == LinkNotification::refresh_code);
  CHECK(classify_link_notification(
            notification("companion_reg_refresh", {node("companion_reg_refresh")})) ==
        LinkNotification::companion_reg_refresh);
  CHECK(classify_link_notification(
            notification("companion_reg_refresh", {node("pair-device-rotate-qr")})) ==
        LinkNotification::companion_reg_refresh);
  CHECK(classify_link_notification(
            notification("passkey_prologue_request", {node("passkey_request_options")})) ==
        LinkNotification::passkey_request);
  CHECK(classify_link_notification(notification("crsc", {node("crsc_continuation")})) ==
        LinkNotification::passkey_continuation);
}

TEST_CASE("everything else is not about linking") {
  CHECK(classify_link_notification(code_stage("companion_hello")) == LinkNotification::none);
  CHECK(classify_link_notification(notification("link_code_companion_reg")) ==
        LinkNotification::none);
  CHECK(classify_link_notification(notification("encrypt", {node("count")})) ==
        LinkNotification::none);
  CHECK(classify_link_notification(node("iq", {}, {node("companion_reg_refresh")})) ==
        LinkNotification::none);
}

TEST_CASE("a refresh without content is read as empty") {
  RefreshCode refresh = parse_refresh_code(notification("link_code_companion_reg"));
  CHECK(refresh.ref.empty());
  CHECK_FALSE(refresh.force_manual);
}

}  // namespace
}  // namespace wasphere::stanza
