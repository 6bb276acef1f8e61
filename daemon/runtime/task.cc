#include "daemon/runtime/task.h"

#include "daemon/runtime/async_event.h"

namespace wasphere::runtime {

Task<> sleep(Clock& clock, Duration after) {
  AsyncEvent over;
  const auto timer = clock.make_timer();
  timer->arm(after, [&over] { over.set(); });
  co_await over.wait();
}

}  // namespace wasphere::runtime
