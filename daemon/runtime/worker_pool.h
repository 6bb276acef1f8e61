// Threads for work that must not hold up the main thread: pure functions on values.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "daemon/runtime/task.h"

namespace wasphere::runtime {

// Destroying it finishes what was queued and joins; do so before the io_context of the waiting
// coroutines goes, because their completions are posted there.
class WorkerPool {
 public:
  explicit WorkerPool(std::size_t threads);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Runs `job` on a worker and resumes the caller on its own executor. The job must not throw.
  // Cancellation does not interrupt a job; it takes effect at the caller's next wait.
  Task<> run(std::function<void()> job);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The value `function` returns on a worker, or the exception it throws there. `function` may refer
// to locals of the awaiting coroutine: its frame lives until it has resumed.
template <class F>
Task<std::invoke_result_t<F&>> run_on(WorkerPool& pool, F function) {
  using Value = std::invoke_result_t<F&>;
  constexpr bool kVoid = std::is_void_v<Value>;
  std::optional<std::conditional_t<kVoid, bool, Value>> value;
  std::exception_ptr thrown;
  std::function<void()> job = [&] {
    try {
      if constexpr (kVoid) {
        function();
      } else {
        value.emplace(function());
      }
    } catch (...) {
      thrown = std::current_exception();
    }
  };
  co_await pool.run(std::move(job));
  if (thrown) std::rethrow_exception(thrown);
  if constexpr (!kVoid) co_return std::move(*value);
}

}  // namespace wasphere::runtime
