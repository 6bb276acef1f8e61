// How a failure is told.
#pragma once

#include <string>

#include "cli/console.h"
#include "core/util/error.h"

namespace wasphere::cli {

// "wasphere: …", the fields concerned and a hint, or the error object in one line of JSON; all on
// standard error. `session` stands in for NAME in the remedy, `request` may be empty.
void report(Console& console, const Error& error, const std::string& session,
            const std::string& request, bool as_json);

}  // namespace wasphere::cli
