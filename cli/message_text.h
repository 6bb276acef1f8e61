// The text of a message as it is given to a command.
#pragma once

#include <string>

#include "core/util/result.h"

namespace wasphere::cli {

// The text itself, or all of standard input for "-", without the newline at its end.
Result<std::string> message_text(const std::string& given);

}  // namespace wasphere::cli
