// One coroutine at a time: for what must not interleave although every step of it awaits. Main
// thread only.
#pragma once

#include <utility>

#include "daemon/runtime/async_event.h"

namespace wasphere::runtime {

class AsyncMutex {
 public:
  // Holds the mutex until it dies.
  class Lock {
   public:
    explicit Lock(AsyncMutex& mutex) : mutex_(&mutex) {}
    Lock(Lock&& other) noexcept : mutex_(std::exchange(other.mutex_, nullptr)) {}
    Lock& operator=(Lock&&) = delete;
    ~Lock() {
      if (mutex_ != nullptr) mutex_->unlock();
    }

   private:
    AsyncMutex* mutex_;
  };

  Task<Lock> lock() {
    while (held_) {
      free_.reset();
      co_await free_.wait();
    }
    held_ = true;
    co_return Lock(*this);
  }

 private:
  void unlock() {
    held_ = false;
    free_.set();
  }

  bool held_ = false;
  AsyncEvent free_;
};

}  // namespace wasphere::runtime
