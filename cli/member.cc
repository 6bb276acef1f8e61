#include "cli/member.h"

#include <nlohmann/json.hpp>

namespace wasphere::cli {

const nlohmann::json& member(const nlohmann::json& object, std::string_view name) {
  static const nlohmann::json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(name);
  return found == object.end() ? nothing : *found;
}

std::string text_member(const nlohmann::json& object, std::string_view name) {
  const auto& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : "";
}

std::int64_t int_member(const nlohmann::json& object, std::string_view name,
                        std::int64_t otherwise) {
  const auto& value = member(object, name);
  return value.is_number_integer() ? value.get<std::int64_t>() : otherwise;
}

}  // namespace wasphere::cli
