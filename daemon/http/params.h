// The parameters of an operation out of a request: path, query, body and two headers. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "core/util/result.h"
#include "daemon/http/request.h"
#include "daemon/http/router.h"
#include "daemon/http/target.h"

namespace wasphere::http {

// An object for ipc::decode, which judges what is in it. Here are refused: a body that is no JSON
// object (invalid_json, unsupported_media_type, validation_failed), a body where none belongs
// (invalid_request), and a member that is given twice with different values (validation_failed).
Result<nlohmann::json> request_params(const Match& match, const Target& target,
                                      const RequestHead& head, const std::string& body);

// The header Idempotency-Key; nothing without it. validation_failed unless it is 1 to 128 printable
// ASCII characters.
Result<std::optional<std::string>> idempotency_key(const RequestHead& head);

}  // namespace wasphere::http
