// In which order the lanes of a session's queue are sent: first in, first out within a lane,
// interactive before bulk, but at least one bulk for five interactive.
#pragma once

#include <cstdint>
#include <vector>

#include "daemon/store/message_records.h"

namespace wasphere::store {

inline constexpr std::int64_t kInteractiveRun = 5;

// Each lane holds the numbers of its rows that may go, oldest first; `run` is how many interactive
// ones were sent since the last bulk one. At most `limit` numbers.
std::vector<std::int64_t> lane_order(const std::vector<std::int64_t>& interactive,
                                     const std::vector<std::int64_t>& bulk, std::int64_t run,
                                     std::size_t limit);

// How many are sent before one that comes behind these.
std::int64_t place_behind(const Backlog& ahead, Lane lane);

}  // namespace wasphere::store
