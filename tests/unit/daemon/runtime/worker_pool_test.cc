#include "daemon/runtime/worker_pool.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/run_until.h"

namespace wasphere::runtime {
namespace {

namespace asio = boost::asio;
using test::run_task;

Task<bool> hops(WorkerPool& pool) {
  const auto home = std::this_thread::get_id();
  const auto there = co_await run_on(pool, [] { return std::this_thread::get_id(); });
  co_return there != home&& std::this_thread::get_id() == home;
}

TEST_CASE("the closure runs on a worker and the caller resumes at home") {
  asio::io_context io;
  WorkerPool pool(2);
  CHECK(run_task(io, hops(pool)));
}

Task<std::string> throwing(WorkerPool& pool) {
  const auto home = std::this_thread::get_id();
  std::string what;
  try {
    co_await run_on(pool, [] { throw std::runtime_error("from there"); });
  } catch (const std::runtime_error& error) {
    what = error.what();
  }
  if (std::this_thread::get_id() != home) what = "resumed on the wrong thread";
  co_return what;
}

TEST_CASE("an exception arrives at home") {
  asio::io_context io;
  WorkerPool pool(1);
  CHECK(run_task(io, throwing(pool)) == "from there");
}

struct NotDefault {
  explicit NotDefault(int number) : value(std::make_unique<int>(number)) {}
  std::unique_ptr<int> value;
};

Task<int> move_only(WorkerPool& pool) {
  NotDefault result = co_await run_on(pool, [] { return NotDefault(42); });
  co_return *result.value;
}

TEST_CASE("results may be move-only and without default constructor") {
  asio::io_context io;
  WorkerPool pool(1);
  CHECK(run_task(io, move_only(pool)) == 42);
}

Task<> add(WorkerPool& pool, int& total, int amount) {
  const int doubled = co_await run_on(pool, [&amount] { return amount * 2; });
  total += doubled;
}

TEST_CASE("io_context::run waits for work that is out on the pool") {
  asio::io_context io;
  WorkerPool pool(3);
  int total = 0;
  for (int i = 0; i < 200; ++i) {
    asio::co_spawn(io, add(pool, total, i),
                   [](std::exception_ptr thrown) { REQUIRE_FALSE(thrown); });
  }
  io.run();
  CHECK(total == 200 * 199);
}

TEST_CASE("destroying the pool finishes what was queued") {
  asio::io_context io;
  int total = 0;
  {
    WorkerPool pool(1);
    for (int i = 0; i < 50; ++i) {
      asio::co_spawn(io, add(pool, total, 1), [](std::exception_ptr) {});
    }
    io.poll();
  }
  io.restart();
  io.run();
  CHECK(total == 100);
}

TEST_CASE("a loop that dies before the completions ran frees the coroutines") {
  int total = 0;
  {
    asio::io_context io;
    WorkerPool pool(1);
    asio::co_spawn(io, add(pool, total, 1), [](std::exception_ptr) {});
    io.poll_one();  // the start only: the completion may be there at once
  }
  CHECK(total == 0);
}

}  // namespace
}  // namespace wasphere::runtime
