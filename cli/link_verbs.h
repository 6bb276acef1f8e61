// The verbs that link a session: session create, session qr, session pair, link.
#pragma once

#include <vector>

#include "cli/verb.h"

namespace wasphere::cli {

// Gives the derived verbs their options and their way of running, and adds "link".
void compose_link_verbs(std::vector<Verb>& verbs);

}  // namespace wasphere::cli
