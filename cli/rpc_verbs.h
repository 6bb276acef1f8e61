// rpc: any operation by its method name; the list of them, and their schemas.
#pragma once

#include <vector>

#include "cli/verb.h"

namespace wasphere::cli {

std::vector<Verb> rpc_verbs();

}  // namespace wasphere::cli
