#include "core/stanza/notification.h"

#include "core/stanza/fields.h"

namespace wasphere::stanza {
namespace {

constexpr std::string_view kRegistration = "link_code_companion_reg";

LinkNotification link_code_stage_of(const wire::Node& notification) {
  const wire::Node* node = notification.child(kRegistration);
  std::string stage = node == nullptr ? std::string{} : node->attr_or("stage", "");
  if (stage == "primary_hello") return LinkNotification::primary_hello;
  if (stage == "refresh_code") return LinkNotification::refresh_code;
  return LinkNotification::none;
}

}  // namespace

LinkNotification classify_link_notification(const wire::Node& node) {
  if (node.tag != "notification") return LinkNotification::none;
  std::string type = node.attr_or("type", "");
  if (type == kRegistration) return link_code_stage_of(node);
  if (type == "companion_reg_refresh" || node.child("companion_reg_refresh") != nullptr ||
      node.child("pair-device-rotate-qr") != nullptr)
    return LinkNotification::companion_reg_refresh;
  if (type == "passkey_prologue_request" || node.child("passkey_request_options") != nullptr)
    return LinkNotification::passkey_request;
  if (node.child("crsc_continuation") != nullptr) return LinkNotification::passkey_continuation;
  return LinkNotification::none;
}

RefreshCode parse_refresh_code(const wire::Node& notification) {
  RefreshCode out;
  const wire::Node* node = notification.child(kRegistration);
  if (node == nullptr) return out;
  if (auto ref = child_bytes(*node, "link_code_pairing_ref")) out.ref = to_text(*ref);
  out.force_manual = node->attr("force_manual_refresh") == "true";
  return out;
}

}  // namespace wasphere::stanza
