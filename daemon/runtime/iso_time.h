// Reading times as iso8601() writes them, and as other programs do.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace wasphere::runtime {

// Unix milliseconds of "2026-05-25T08:00:00.000Z"; the fraction may be missing or of other length,
// and "+02:00" may stand for Z. Nothing for any other text or a date that does not exist.
std::optional<std::int64_t> parse_iso8601(std::string_view text);

}  // namespace wasphere::runtime
