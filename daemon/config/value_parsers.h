// Parsers of single configuration values. Their errors are predicates ("is not …") that the loader
// completes with the key, the value and where it stands.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/crypto/curve.h"
#include "core/util/result.h"

namespace wasphere::config {

Result<std::int64_t> parse_integer(std::string_view text, std::int64_t low, std::int64_t high);
// Octal permission bits without any for "others".
Result<unsigned> parse_mode(std::string_view text);
// The index of `text` in `choices`, a list separated by '|'.
Result<std::size_t> parse_choice(std::string_view text, std::string_view choices);
// ws://host[:port][/path] or wss://…, without user, query of its own or fragment.
Result<std::string> parse_websocket_url(std::string_view text);
// 64 hexadecimal digits, or the word "whatsapp" for WhatsApp's own root key.
Result<crypto::PublicKey> parse_root(std::string_view text);
Result<std::string> parse_path(std::string_view text);
// A path that fits into a socket address.
Result<std::string> parse_socket_path(std::string_view text);
Result<std::string> parse_group(std::string_view text);

}  // namespace wasphere::config
