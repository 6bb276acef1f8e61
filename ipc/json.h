// Text <-> JSON value, the only place where either happens.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "core/util/result.h"

namespace wasphere::ipc {

inline constexpr std::size_t kMaxJsonDepth = 32;

// One complete value in UTF-8, nested at most kMaxJsonDepth deep; invalid_json otherwise.
Result<nlohmann::json> parse_json(std::string_view text);
// One line. Never throws: what is not UTF-8 becomes U+FFFD.
std::string dump_json(const nlohmann::json& value);
// The same over several lines, for people.
std::string dump_json_pretty(const nlohmann::json& value);

}  // namespace wasphere::ipc
