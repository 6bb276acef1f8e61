// Public ids: a prefix and the 26 base32 characters of a UUIDv7 (RFC 9562, section 5.7).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/util/rng.h"

namespace wasphere {

inline constexpr std::size_t kIdTail = 26;

// "sess" -> "sess_" and 26 characters. Ids of one millisecond differ by 74 random bits.
std::string make_id(std::string_view prefix, std::int64_t unix_ms, Rng& rng);
// True for exactly what make_id(prefix, …) makes; safe as one component of a path.
bool is_id(std::string_view prefix, std::string_view text);

}  // namespace wasphere
