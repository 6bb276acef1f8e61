#include "daemon/store/outbox_order.h"

#include <algorithm>

namespace wasphere::store {

std::vector<std::int64_t> lane_order(const std::vector<std::int64_t>& interactive,
                                     const std::vector<std::int64_t>& bulk, std::int64_t run,
                                     std::size_t limit) {
  std::vector<std::int64_t> out;
  auto next = interactive.begin();
  auto next_bulk = bulk.begin();
  while (out.size() < limit && (next != interactive.end() || next_bulk != bulk.end())) {
    const bool bulk_turn = run >= kInteractiveRun || next == interactive.end();
    if (bulk_turn && next_bulk != bulk.end()) {
      out.push_back(*next_bulk++);
      run = 0;
    } else {
      out.push_back(*next++);
      ++run;
    }
  }
  return out;
}

std::int64_t place_behind(const Backlog& ahead, Lane lane) {
  const std::int64_t own = ahead.lane(lane);
  const std::int64_t other = ahead.interactive + ahead.bulk - own;
  const std::int64_t passing =
      lane == Lane::bulk ? (own + 1) * kInteractiveRun : own / kInteractiveRun;
  return ahead.sending + own + std::min(passing, other);
}

}  // namespace wasphere::store
