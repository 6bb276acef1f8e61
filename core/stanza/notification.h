// Notifications that belong to linking (protocol 1, sections 5.3, 5.8 and 6.1). Each is to be
// acked.
#pragma once

#include <string>

#include "core/wire/node.h"

namespace wasphere::stanza {

enum class LinkNotification : std::uint8_t {
  none,                   // not about linking
  primary_hello,          // the code was typed: parse_primary_hello()
  refresh_code,           // the code is void: parse_refresh_code()
  companion_reg_refresh,  // make a new adv secret, show the current ref again with it
  passkey_request,        // the account wants a passkey before it links
  passkey_continuation,   // the phone's answer in that exchange
};
// Total.
LinkNotification classify_link_notification(const wire::Node& node);

struct RefreshCode {
  std::string ref;
  bool force_manual = false;  // a person has to ask for the new code
};
// Meaningful only for refresh_code. Total.
RefreshCode parse_refresh_code(const wire::Node& notification);

}  // namespace wasphere::stanza
