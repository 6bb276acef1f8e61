// What coroutines of the main thread wait on. No locks: every method is called on the main thread.
#pragma once

#include <list>
#include <memory>
#include <optional>
#include <utility>

#include "daemon/runtime/task.h"

namespace wasphere::runtime {

// A flag to wait for. Nobody resumes inside set(): waiters are posted to their executors, oldest
// first. Cancelling a waiting coroutine, or destroying the event, ends its wait with
// operation_aborted.
class AsyncEvent {
 public:
  AsyncEvent();
  ~AsyncEvent();
  AsyncEvent(const AsyncEvent&) = delete;
  AsyncEvent& operator=(const AsyncEvent&) = delete;

  Task<> wait();  // returns at once if the flag is set
  void set();     // wakes all who wait now; a reset() before they run does not hold them
  void reset() { set_ = false; }
  bool is_set() const { return set_; }

 private:
  class Waiter;
  struct Waiters;
  std::shared_ptr<Waiters> waiters_;
  bool set_ = false;
};

// A queue between coroutines: any number push, one pops. What was pushed before close() is still
// popped.
template <class T>
class Channel {
 public:
  // False once closed; the value is dropped then.
  bool push(T value) {
    if (closed_) return false;
    values_.push_back(std::move(value));
    changed_.set();
    return true;
  }

  // Nothing: closed and empty. One consumer at a time.
  Task<std::optional<T>> pop() {
    while (values_.empty() && !closed_) {
      changed_.reset();
      co_await changed_.wait();
    }
    std::optional<T> next;
    if (!values_.empty()) {
      next.emplace(std::move(values_.front()));
      values_.pop_front();
    }
    co_return next;
  }

  void close() {
    closed_ = true;
    changed_.set();
  }
  bool closed() const { return closed_; }
  bool empty() const { return values_.empty(); }
  std::size_t size() const { return values_.size(); }

 private:
  std::list<T> values_;  // a deque would hold half a kilobyte while it is empty
  AsyncEvent changed_;
  bool closed_ = false;
};

}  // namespace wasphere::runtime
