// The settings as a part of wasphered.conf(5), in mdoc(7).
#pragma once

#include <string>
#include <string_view>

#include "core/util/result.h"

namespace wasphere::config {

// An item for each documented setting.
std::string settings_manual();
// The page with what stands between its two marks replaced. not_found if it has no marks.
Result<std::string> with_settings(std::string_view page);

}  // namespace wasphere::config
