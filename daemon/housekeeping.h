// What the daemon does for itself now and then: retires old events and gives memory back.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>

#include "daemon/config/config.h"
#include "daemon/runtime/clock.h"
#include "daemon/store/store.h"

namespace wasphere {

class Housekeeping {
 public:
  Housekeeping(boost::asio::io_context& io, runtime::Clock& clock, store::Store& store,
               config::Events limits);
  void stop();

 private:
  void plan_retirement();
  static runtime::Task<> retire(store::Store& store, std::int64_t max_rows,
                                std::int64_t older_than);

  boost::asio::io_context& io_;
  runtime::Clock& clock_;
  store::Store& store_;
  config::Events limits_;
  std::unique_ptr<runtime::Timer> retirement_;
  std::unique_ptr<runtime::Timer> trim_;
};

// The seq of the newest event in the log.
runtime::Task<Result<std::int64_t>> last_event(store::Store& store);

}  // namespace wasphere
