// GroupPace: how fast a session may change groups. WhatsApp takes much of that for spam, so that it
// has a limit of its own beside that of messages (behaviour 7). Main thread only.
#pragma once

#include <deque>

#include "core/util/result.h"
#include "daemon/runtime/clock.h"
#include "daemon/runtime/task.h"

namespace wasphere::messaging {

class GroupPace {
 public:
  explicit GroupPace(runtime::Clock& clock) : clock_(clock) {}

  // Returns when the next change may be made. rate_limited, with the time until then, if that is
  // more than a caller will wait for.
  runtime::Task<Status> take_turn();

 private:
  Result<runtime::Duration> reserve();

  runtime::Clock& clock_;
  std::deque<runtime::SteadyTime> turns_;  // of the last minute; the newest may be to come
};

}  // namespace wasphere::messaging
