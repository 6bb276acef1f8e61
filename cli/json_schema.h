// The registry's types as JSON Schema (draft 2020-12).
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "ipc/schema.h"

namespace wasphere::cli {

// {"method", "summary", "description", "params": schema, "result": schema, "errors": [names]}
nlohmann::json describe_command(const ipc::CommandType& command);

}  // namespace wasphere::cli
