// 'wasphere daemon metrics': the figures as Prometheus reads them.
#pragma once

#include <vector>

#include "cli/verb.h"

namespace wasphere::cli {

void compose_daemon_verbs(std::vector<Verb>& verbs);

}  // namespace wasphere::cli
