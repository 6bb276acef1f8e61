// Running an event loop in a test until something is true.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

#include "daemon/runtime/task.h"

namespace wasphere::test {

// Handles events until `done()`; false if the limit passed first, which is a failure of the test.
template <class Done>
bool run_until(boost::asio::io_context& io, Done done,
               std::chrono::seconds limit = std::chrono::seconds(10)) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!done()) {
    io.restart();
    if (std::chrono::steady_clock::now() >= end) return false;
    io.run_one_until(end);
  }
  return true;
}

// Runs the loop until the coroutine is over; its value, or its exception, comes out here.
template <class T>
T run_task(boost::asio::io_context& io, runtime::Task<T> task) {
  std::optional<T> value;
  std::exception_ptr thrown;
  boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr error, T result) {
    thrown = error;
    value.emplace(std::move(result));
  });
  if (!run_until(io, [&] { return value.has_value(); })) throw std::runtime_error("task hangs");
  if (thrown) std::rethrow_exception(thrown);
  return std::move(*value);
}

inline void run_task(boost::asio::io_context& io, runtime::Task<> task) {
  bool over = false;
  std::exception_ptr thrown;
  boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr error) {
    thrown = error;
    over = true;
  });
  if (!run_until(io, [&] { return over; })) throw std::runtime_error("task hangs");
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace wasphere::test
