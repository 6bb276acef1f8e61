#include "cli/verb.h"

namespace wasphere::cli {

std::string verb_name(const std::vector<std::string>& path) {
  std::string out;
  for (const auto& word : path) out += (out.empty() ? "" : " ") + word;
  return out;
}

const Option* find_option(const Verb& verb, std::string_view name) {
  for (const auto& option : verb.options) {
    if (option.name == name) return &option;
  }
  return nullptr;
}

std::optional<std::string> first_value(const Values& values, const std::string& name) {
  const auto found = values.find(name);
  if (found == values.end() || found->second.empty()) return std::nullopt;
  return found->second.front();
}

bool flag_set(const Values& values, const std::string& name) {
  return first_value(values, name) == "true";
}

}  // namespace wasphere::cli
