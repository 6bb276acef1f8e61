// The command line of wasphered.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "daemon/config/load.h"
#include "daemon/exit_status.h"

namespace wasphere {

struct Options {
  config::Sources sources;
  bool embed_sandbox = false;
  bool check_config = false;
  bool print_config = false;
};

// The options, or the status to exit with at once (--help, --version, a usage error; all printed).
std::variant<Options, ExitStatus> parse_options(int argc, char** argv);

}  // namespace wasphere
