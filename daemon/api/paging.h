// Cursors of lists: opaque to callers, the row that the page before ended with to us.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/util/result.h"

namespace wasphere::api {

// 0 without a cursor; validation_failed for one that never was a cursor.
Result<std::int64_t> row_after_cursor(const std::optional<std::string>& cursor);
std::optional<std::string> cursor_at(std::int64_t row);  // nothing for 0

}  // namespace wasphere::api
