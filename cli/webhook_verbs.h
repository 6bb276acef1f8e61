// webhook verify: what a receiver can check without a daemon.
#pragma once

#include <vector>

#include "cli/verb.h"

namespace wasphere::cli {

// To be added to the list of verbs, behind the other verbs of webhooks.
void compose_webhook_verbs(std::vector<Verb>& verbs);

}  // namespace wasphere::cli
