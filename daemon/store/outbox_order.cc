#include "daemon/store/outbox_order.h"

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

}  // namespace wasphere::store
