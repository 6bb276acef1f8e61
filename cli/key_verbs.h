// 'wasphere key create' and 'update': scopes, session and expiry in the words of a command line.
#pragma once

#include <vector>

#include "cli/verb.h"

namespace wasphere::cli {

void compose_key_verbs(std::vector<Verb>& verbs);

}  // namespace wasphere::cli
