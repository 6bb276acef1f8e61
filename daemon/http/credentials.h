// The key that a request presents. Pure.
#pragma once

#include <string>

#include "core/util/result.h"
#include "daemon/http/request.h"

namespace wasphere::http {

// From X-API-Key, or Authorization: Bearer. Empty if there is none; unauthorized if there are two
// that differ, or an Authorization of another kind.
Result<std::string> presented_key(const RequestHead& head);

}  // namespace wasphere::http
