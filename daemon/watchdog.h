// Tells the service manager that the daemon is alive: only when both the main loop and the store
// thread have done something since the last time. A session that hangs is no reason to die; a
// thread that does is.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>

#include "daemon/runtime/clock.h"
#include "daemon/store/store.h"

namespace wasphere {

class Watchdog {
 public:
  // `feed` is called from the main loop, three times in each `period` while all is well.
  Watchdog(boost::asio::io_context& io, runtime::Clock& clock, store::Store& store,
           runtime::Duration period, std::function<void()> feed);
  void stop();

 private:
  struct State;
  void plan();
  static runtime::Task<> ask(store::Store& store, std::shared_ptr<State> state);

  boost::asio::io_context& io_;
  store::Store& store_;
  runtime::Duration interval_;
  std::unique_ptr<runtime::Timer> timer_;
  std::shared_ptr<State> state_;
};

}  // namespace wasphere
