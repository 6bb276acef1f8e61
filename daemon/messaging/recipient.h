// Whom a caller means: a phone number as people write it, or a JID (behaviour 2.1).
#pragma once

#include <string_view>

#include "core/util/result.h"
#include "core/wire/jid.h"

namespace wasphere::messaging {

// A bare JID of a person or a group. invalid_recipient says what is accepted.
Result<wire::Jid> parse_recipient(std::string_view text);
// The digits of a phone number: "+", "00", spaces, "-", "(" and ")" are left out.
// invalid_phone_number if 6 to 15 digits do not remain.
Result<std::string> parse_number(std::string_view text);

bool is_group(const wire::Jid& jid);

}  // namespace wasphere::messaging
