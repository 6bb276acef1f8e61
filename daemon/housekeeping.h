// What the daemon does for itself now and then: retires old events, messages and audit rows, and
// gives memory back.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>

#include "daemon/config/config.h"
#include "daemon/runtime/clock.h"
#include "daemon/store/store.h"

namespace wasphere {

struct RetentionLimits {
  config::Events events;
  config::Messages messages;
  config::Audit audit;
};

// Drops what is beyond the limits, in small transactions. An error is logged and left to the next
// time.
runtime::Task<> retire_old_rows(store::Store& store, RetentionLimits limits, std::int64_t now_ms);

class Housekeeping {
 public:
  Housekeeping(boost::asio::io_context& io, runtime::Clock& clock, store::Store& store,
               RetentionLimits limits);
  void stop();

 private:
  void plan_retirement();

  boost::asio::io_context& io_;
  runtime::Clock& clock_;
  store::Store& store_;
  RetentionLimits limits_;
  std::unique_ptr<runtime::Timer> retirement_;
  std::unique_ptr<runtime::Timer> trim_;
};

// The seq of the newest event in the log.
runtime::Task<Result<std::int64_t>> last_event(store::Store& store);

}  // namespace wasphere
