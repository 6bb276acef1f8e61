#include "daemon/runtime/async_event.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/system/system_error.hpp>
#include <catch2/catch.hpp>
#include <memory>
#include <vector>

#include "tests/support/manual_clock.h"
#include "tests/support/run_until.h"

namespace wasphere::runtime {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using test::run_task;

Task<> note_after(AsyncEvent& event, std::vector<int>& log, int id) {
  co_await event.wait();
  log.push_back(id);
}

// How a coroutine ended: ok, or the code of the system_error it threw.
struct Ending {
  bool over = false;
  boost::system::error_code code;

  auto note() {
    return [this](std::exception_ptr thrown) { end(thrown); };
  }

 private:
  void end(const std::exception_ptr& thrown) {
    over = true;
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& error) {
      code = error.code();
    }
  }
};

TEST_CASE("set wakes every waiter in order, but not inside set") {
  asio::io_context io;
  AsyncEvent event;
  std::vector<int> log;
  for (int id = 1; id <= 3; ++id) asio::co_spawn(io, note_after(event, log, id), asio::detached);
  io.poll();
  CHECK(log.empty());
  event.set();
  CHECK(log.empty());
  event.reset();
  io.run();
  CHECK(log == std::vector<int>{1, 2, 3});
  CHECK_FALSE(event.is_set());
}

TEST_CASE("waiting on a set event does not suspend") {
  asio::io_context io;
  AsyncEvent event;
  event.set();
  std::vector<int> log;
  run_task(io, note_after(event, log, 7));
  CHECK(log == std::vector<int>{7});
}

TEST_CASE("a cancelled waiter ends with operation_aborted and the others stay") {
  asio::io_context io;
  AsyncEvent event;
  std::vector<int> log;
  asio::cancellation_signal cancel;
  Ending cancelled;
  asio::co_spawn(io, note_after(event, log, 1),
                 asio::bind_cancellation_slot(cancel.slot(), cancelled.note()));
  asio::co_spawn(io, note_after(event, log, 2), asio::detached);
  io.poll();
  cancel.emit(asio::cancellation_type::terminal);
  cancel.emit(asio::cancellation_type::terminal);
  io.poll();
  CHECK(cancelled.over);
  CHECK(cancelled.code == asio::error::operation_aborted);
  event.set();
  io.run();
  CHECK(log == std::vector<int>{2});
}

TEST_CASE("cancelling after set, before the waiter ran, does not resume it twice") {
  asio::io_context io;
  AsyncEvent event;
  std::vector<int> log;
  asio::cancellation_signal cancel;
  Ending ending;
  asio::co_spawn(io, note_after(event, log, 1),
                 asio::bind_cancellation_slot(cancel.slot(), ending.note()));
  io.poll();
  event.set();
  cancel.emit(asio::cancellation_type::terminal);
  io.run();
  CHECK(ending.over);
  CHECK(log == std::vector<int>{1});
}

TEST_CASE("destroying the event ends its waits") {
  asio::io_context io;
  auto event = std::make_unique<AsyncEvent>();
  std::vector<int> log;
  Ending ending;
  asio::co_spawn(io, note_after(*event, log, 1), ending.note());
  io.poll();
  event.reset();
  io.run();
  CHECK(ending.code == asio::error::operation_aborted);
  CHECK(log.empty());
}

TEST_CASE("a loop that dies with waiters frees them") {
  AsyncEvent event;
  std::vector<int> log;
  {
    asio::io_context io;
    asio::co_spawn(io, note_after(event, log, 1), asio::detached);
    io.poll();
    event.set();  // its completion is queued, never run
  }
  CHECK(log.empty());
}

Task<> hold(Clock& clock, AsyncEvent& event, std::shared_ptr<int> held) {
  co_await event.wait();
  co_await sleep(clock, 1h);
  *held = 1;
}

TEST_CASE("a loop that dies under waiting coroutines frees them, their clock being gone already") {
  auto held = std::make_shared<int>(0);
  AsyncEvent never;
  {
    asio::io_context io;
    SystemClock system(io);
    test::ManualClock manual(&io);
    AsyncEvent now;
    now.set();
    asio::co_spawn(io, hold(system, never, held), asio::detached);
    asio::co_spawn(io, hold(system, now, held), asio::detached);
    asio::co_spawn(io, hold(manual, now, held), asio::detached);
    io.poll();
    CHECK(held.use_count() == 4);
  }
  CHECK(held.use_count() == 1);
  CHECK(*held == 0);
  never.set();
}

Task<> consume(Channel<std::unique_ptr<int>>& channel, std::vector<int>& log) {
  while (true) {
    auto next = co_await channel.pop();
    if (!next) break;
    log.push_back(**next);
  }
  log.push_back(-1);
}

TEST_CASE("a channel hands over in order and drains after close") {
  asio::io_context io;
  Channel<std::unique_ptr<int>> channel;
  std::vector<int> log;
  asio::co_spawn(io, consume(channel, log), asio::detached);
  CHECK(channel.push(std::make_unique<int>(1)));
  io.poll();
  CHECK(log == std::vector<int>{1});
  CHECK(channel.push(std::make_unique<int>(2)));
  CHECK(channel.push(std::make_unique<int>(3)));
  CHECK(channel.size() == 2);
  channel.close();
  CHECK_FALSE(channel.push(std::make_unique<int>(4)));
  io.run();
  CHECK(log == std::vector<int>{1, 2, 3, -1});
  CHECK(channel.closed());
}

TEST_CASE("sleep ends by the clock it was given") {
  asio::io_context io;
  test::ManualClock clock(&io);
  Ending ending;
  asio::co_spawn(io, sleep(clock, 24h), ending.note());
  clock.advance(24h - 1ms);
  CHECK_FALSE(ending.over);
  clock.advance(1ms);
  CHECK(ending.over);
  CHECK_FALSE(ending.code);
}

TEST_CASE("a cancelled sleep ends early and disarms its timer") {
  asio::io_context io;
  test::ManualClock clock(&io);
  asio::cancellation_signal cancel;
  Ending ending;
  asio::co_spawn(io, sleep(clock, 1h), asio::bind_cancellation_slot(cancel.slot(), ending.note()));
  clock.advance(0ms);
  REQUIRE(clock.pending() == 1);
  cancel.emit(asio::cancellation_type::terminal);
  clock.advance(0ms);
  CHECK(ending.code == asio::error::operation_aborted);
  CHECK(clock.pending() == 0);
}

Task<std::size_t> first_of(Clock& clock, AsyncEvent& event) {
  using asio::experimental::awaitable_operators::operator||;
  auto either = co_await (event.wait() || sleep(clock, 1h));
  co_return either.index();
}

TEST_CASE("an event or a time limit, whichever is first") {
  asio::io_context io;
  test::ManualClock clock(&io);
  AsyncEvent event;
  std::optional<std::size_t> winner;
  asio::co_spawn(io, first_of(clock, event),
                 [&](std::exception_ptr, std::size_t index) { winner = index; });
  clock.advance(2h);
  REQUIRE(winner);
  CHECK(*winner == 1);
  event.set();
  CHECK(run_task(io, first_of(clock, event)) == 0);
  CHECK(clock.pending() == 0);
}

}  // namespace
}  // namespace wasphere::runtime
