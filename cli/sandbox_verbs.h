// sandbox …: the operations of the sandbox's control socket.
#pragma once

#include <vector>

#include "cli/verb.h"

namespace wasphere::cli {

void compose_sandbox_verbs(std::vector<Verb>& verbs);

}  // namespace wasphere::cli
