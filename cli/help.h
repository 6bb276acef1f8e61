// Help texts, written from the table of verbs.
#pragma once

#include <string>
#include <vector>

#include "cli/verb.h"

namespace wasphere::cli {

// The whole program when the path is empty, a group ("session"), or one verb. Lines fit 80 columns
// where the texts allow it.
std::string help_text(const std::vector<std::string>& path, const std::vector<Verb>& verbs);

}  // namespace wasphere::cli
