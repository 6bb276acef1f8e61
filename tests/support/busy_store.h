// A store that is busy until the test lets it go on: what is asked of it meanwhile waits.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <future>

#include "daemon/store/store.h"

namespace wasphere::test {

class BusyStore {
 public:
  BusyStore(boost::asio::io_context& io, store::Store& store) {
    auto job = [gone = let_go_.get_future().share()](store::Tx&) -> Status {
      gone.wait();
      return {};
    };
    boost::asio::co_spawn(io, store.run(std::move(job)), boost::asio::detached);
    io.restart();
    io.poll();
  }
  BusyStore(const BusyStore&) = delete;
  BusyStore& operator=(const BusyStore&) = delete;
  ~BusyStore() { let_go_.set_value(); }

 private:
  std::promise<void> let_go_;
};

}  // namespace wasphere::test
