// The program without main(): from the words of the command line to an exit code.
#pragma once

#include <string>
#include <vector>

namespace wasphere::cli {

// `argv` without the program's name.
int run_app(const std::vector<std::string>& argv);

}  // namespace wasphere::cli
