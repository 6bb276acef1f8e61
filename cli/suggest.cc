#include "cli/suggest.h"

#include <algorithm>
#include <set>

#include "ipc/schema.h"

namespace wasphere::cli {

std::optional<std::string> nearest(std::string_view text,
                                   const std::vector<std::string>& candidates) {
  const std::set<std::string_view> names(candidates.begin(), candidates.end());
  const auto completes = [&](std::string_view name) {
    return text.size() >= 2 && name.starts_with(text);
  };
  if (std::ranges::count_if(names, completes) == 1) {
    return std::string(*std::ranges::find_if(names, completes));
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  const std::string_view best = ipc::nearest_name(text, known);
  if (best.empty()) return std::nullopt;
  return std::string(best);
}

}  // namespace wasphere::cli
