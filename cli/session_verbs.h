// session delete (asks first) and session set (key=value).
#pragma once

#include <vector>

#include "cli/verb.h"

namespace wasphere::cli {

void compose_session_verbs(std::vector<Verb>& verbs);

}  // namespace wasphere::cli
