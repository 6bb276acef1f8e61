// Reading JSON that somebody else wrote: what is missing or of another type reads as nothing.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace wasphere::cli {

// Null if the value is no object or has no such member.
const nlohmann::json& member(const nlohmann::json& object, std::string_view name);
std::string text_member(const nlohmann::json& object, std::string_view name);
std::int64_t int_member(const nlohmann::json& object, std::string_view name,
                        std::int64_t otherwise = 0);

}  // namespace wasphere::cli
