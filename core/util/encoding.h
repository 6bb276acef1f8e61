// Text forms of bytes: hex, base64, the pairing code alphabet; and the UTF-8 check.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/util/bytes.h"

namespace wasphere {

std::string to_hex(BytesView bytes);  // lower case
std::optional<Bytes> from_hex(
    std::string_view text);              // either case; nothing on odd length or a bad digit
std::string to_base64(BytesView bytes);  // RFC 4648 section 4, padded
std::optional<Bytes> from_base64(
    std::string_view text);  // padded or not; nothing on any other character
// RFC 4648 base32 digits in lower case without padding: the tail of our ids.
std::string to_base32_lower(BytesView bytes);
// Base 32 in the alphabet 123456789ABCDEFGHJKLMNPQRSTVWXYZ, most significant bits first: 5 bytes
// make the 8 characters of a pairing code (protocol 1, section 6.2).
std::string to_crockford(BytesView bytes);
bool is_valid_utf8(std::string_view text);

}  // namespace wasphere
