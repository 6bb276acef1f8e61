// Commands about messages that the registry alone does not make.
#pragma once

#include <vector>

#include "cli/verb.h"

namespace wasphere::cli {

void compose_message_verbs(std::vector<Verb>& verbs);

}  // namespace wasphere::cli
