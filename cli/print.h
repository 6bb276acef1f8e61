// The result of an operation in the format the caller asked for.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cli/context.h"
#include "ipc/schema.h"

namespace wasphere::cli {

// The text of the result, ready for standard output; empty when there is nothing to print. JSON is
// the result as the daemon sent it; ndjson puts the members of a list on lines of their own.
std::string format_result(const ipc::CommandType& command, const nlohmann::json& result,
                          OutputFormat format, bool colour);
void print_result(Context& context, const ipc::CommandType& command, const nlohmann::json& result);

}  // namespace wasphere::cli
