#include "daemon/runtime/task_group.h"

#include <boost/asio/co_spawn.hpp>

#include "daemon/runtime/log.h"

namespace wasphere::runtime {

void spawn(const boost::asio::any_io_executor& executor, Task<> task,
           std::function<void(std::exception_ptr)> done) {
  boost::asio::co_spawn(executor, std::move(task), std::move(done));
}

std::string what_of(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& exception) {
    return exception.what();
  } catch (...) {
    return "an unknown exception";
  }
}

void TaskGroup::spawn(Task<> task) {
  ++running_;
  runtime::spawn(executor_, std::move(task), [this](const std::exception_ptr& thrown) {
    if (thrown) log_error("runtime", "a task failed: {}", what_of(thrown));
    if (--running_ == 0) idle_.set();
  });
}

Task<> TaskGroup::join() {
  while (running_ > 0) {
    idle_.reset();
    co_await idle_.wait();
  }
}

Task<> Pause::sleep(Clock& clock, Duration after) {
  if (cut_) co_return;
  over_.reset();
  const auto timer = clock.make_timer();
  timer->arm(after, [this] { over_.set(); });
  co_await over_.wait();
}

void Pause::cut() {
  cut_ = true;
  over_.set();
}

}  // namespace wasphere::runtime
