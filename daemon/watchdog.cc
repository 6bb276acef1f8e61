#include "daemon/watchdog.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace wasphere {

struct Watchdog::State {
  std::function<void()> feed;
  bool asking = false;  // the store has not answered yet
  bool stopped = false;
};

Watchdog::Watchdog(boost::asio::io_context& io, runtime::Clock& clock, store::Store& store,
                   runtime::Duration period, std::function<void()> feed)
    : io_(io),
      store_(store),
      interval_(period / 3),
      timer_(clock.make_timer()),
      state_(std::make_shared<State>()) {
  state_->feed = std::move(feed);
  plan();
}

void Watchdog::stop() {
  state_->stopped = true;
  timer_->cancel();
}

void Watchdog::plan() {
  timer_->arm(interval_, [this] {
    if (!state_->asking) boost::asio::co_spawn(io_, ask(store_, state_), boost::asio::detached);
    plan();
  });
}

// A transaction that does nothing goes the way of all others. That it fails (a full disk) is not
// what a restart would mend: the thread has answered.
runtime::Task<> Watchdog::ask(store::Store& store, std::shared_ptr<State> state) {
  state->asking = true;
  auto nothing = [](store::Tx&) -> Status { return {}; };
  static_cast<void>(co_await store.run(nothing));
  state->asking = false;
  if (!state->stopped) state->feed();
}

}  // namespace wasphere
