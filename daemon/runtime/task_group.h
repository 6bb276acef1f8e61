// Coroutines that run beside their owner, and the places where owners wait. Main thread only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <exception>
#include <functional>
#include <string>

#include "daemon/runtime/async_event.h"
#include "daemon/runtime/clock.h"
#include "daemon/runtime/task.h"

namespace wasphere::runtime {

// Starts `task`; `done` gets what it threw, or null. What `task` refers to must live until then.
void spawn(const boost::asio::any_io_executor& executor, Task<> task,
           std::function<void(std::exception_ptr)> done);

// The text of an exception, for the log.
std::string what_of(const std::exception_ptr& thrown);

class TaskGroup {
 public:
  explicit TaskGroup(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // An exception of the task is a bug: it is logged, and the others go on.
  void spawn(Task<> task);
  Task<> join();  // until all that were spawned have ended

 private:
  boost::asio::any_io_executor executor_;
  int running_ = 0;
  AsyncEvent idle_;
};

// A sleep that can be cut short. One sleeper at a time.
class Pause {
 public:
  Task<> sleep(Clock& clock, Duration after);
  void cut();  // ends the sleep, and every later one until reset()
  void reset() { cut_ = false; }

 private:
  bool cut_ = false;
  AsyncEvent over_;
};

}  // namespace wasphere::runtime
