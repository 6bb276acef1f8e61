// Running the caller's own command.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/util/result.h"

namespace wasphere::cli {

// Runs the command with /bin/sh, the input on its standard input and the variables in its
// environment, and waits for it. Its exit status, or 128 and the number of the signal that ended
// it. A command that does not read its input is no error.
Result<int> pipe_to_command(const std::string& command, const std::string& input,
                            const std::vector<std::pair<std::string, std::string>>& variables);

}  // namespace wasphere::cli
