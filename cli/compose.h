// All commands: those derived from the registry, and those composed of several operations.
#pragma once

#include <string_view>
#include <vector>

#include "cli/verb.h"

namespace wasphere::cli {

// In the order help shows them.
std::vector<Verb> all_verbs();
// The verb of that name. Precondition: it is in the list.
Verb& verb_at(std::vector<Verb>& verbs, std::string_view name);

}  // namespace wasphere::cli
