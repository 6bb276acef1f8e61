// "Did you mean": the nearest of the names there are.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasphere::cli {

// The candidate the text most probably means: the only one that begins with it, else the one that
// is a small slip away.
std::optional<std::string> nearest(std::string_view text,
                                   const std::vector<std::string>& candidates);

}  // namespace wasphere::cli
