// Error <-> the public error object: problem details (RFC 9457) that are the `data` of a JSON-RPC
// error and the body of a failed HTTP request.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "core/util/error.h"

namespace wasphere::ipc {

// `request_id` may be empty; the member is then left out.
nlohmann::json error_to_json(const Error& error, std::string_view request_id);
// Any JSON of roughly that shape. A code this version does not know falls back to one of the same
// JSON-RPC number, so that the exit code stays right.
Error error_from_json(const nlohmann::json& data, int rpc_code);

}  // namespace wasphere::ipc
