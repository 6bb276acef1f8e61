// The words that the wire format sends as one or two bytes (protocol 1, section 4.2).
#pragma once

#include <optional>
#include <string_view>

#include "core/wire/node_codec.h"

namespace wasphere::wire {

// A word's place: 1 to 235 is a single byte token, 256 * (d + 1) + i is word i of dictionary d.
using TokenId = std::uint16_t;

constexpr TokenId dictionary_token(unsigned dictionary, unsigned index) {
  return static_cast<TokenId>(256 * (dictionary + 1) + index);
}

std::optional<TokenId> find_token(std::string_view text, Dictionary dictionary);
// Nothing if there is no such token. The view lives for ever.
std::optional<std::string_view> token_text(TokenId token, Dictionary dictionary);

}  // namespace wasphere::wire
