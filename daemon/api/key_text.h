// API keys as text: "wsk_" and 43 characters of 0-9A-Za-z, which are 32 random bytes read as one
// number. Pure.
#pragma once

#include <string>
#include <string_view>

#include "core/util/rng.h"

namespace wasphere::api {

inline constexpr std::size_t kKeyLength = 47;
inline constexpr std::size_t kKeyPrefixLength = 16;

std::string make_key(Rng& rng);
bool is_key(std::string_view text);
// What is stored and shown to recognise a key. Precondition: is_key(key).
std::string_view key_prefix(std::string_view key);

}  // namespace wasphere::api
