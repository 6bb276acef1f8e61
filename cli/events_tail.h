// events tail: follows the daemon's events over its restarts.
#pragma once

#include <vector>

#include "cli/verb.h"

namespace wasphere::cli {

void compose_event_verbs(std::vector<Verb>& verbs);

}  // namespace wasphere::cli
