// status: the daemon and its sessions at a glance, once or as they change.
#pragma once

#include <vector>

#include "cli/verb.h"

namespace wasphere::cli {

Verb status_verb();

}  // namespace wasphere::cli
