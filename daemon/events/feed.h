// Readers of the event log. Each subscription has a cursor of its own and reads the durable log
// from there; nothing is buffered in memory, so a slow reader only lags. Main thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "daemon/runtime/clock.h"
#include "daemon/store/store.h"

namespace wasphere::events {

// Empty lists admit everything.
struct Filter {
  std::vector<std::string> types;
  std::vector<std::string> session_ids;
  bool admits(const store::EventRow& event) const;
};

// Where a subscription's events go.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual bool ready() const = 0;  // false: do not deliver now; resume() will be called when it is
  virtual void deliver(const store::EventRow& event) = 0;
  // Events between the cursor and `first_seq` were retired before they could be read.
  virtual void gap(std::int64_t cursor, std::int64_t first_seq) = 0;
};

class EventFeed;

class Subscription : public std::enable_shared_from_this<Subscription> {
 public:
  Subscription(EventFeed& feed, Filter filter, std::int64_t after, std::shared_ptr<Sink> sink);
  void resume();  // reads on if there is something to read and the sink is ready
  void cancel();  // nothing is delivered afterwards

 private:
  friend class EventFeed;
  bool has_work() const;
  void skip_retired(std::int64_t first_seq);
  void hand_over(const store::EventRow& event);
  static runtime::Task<> pump(std::shared_ptr<Subscription> self);

  EventFeed& feed_;
  Filter filter_;
  std::int64_t cursor_;
  std::shared_ptr<Sink> sink_;
  bool pumping_ = false;
  bool cancelled_ = false;
};

class EventFeed {
 public:
  EventFeed(boost::asio::io_context& io, store::Store& store, runtime::Clock& clock)
      : io_(io), store_(store), clock_(clock) {}

  // `newest` is the last committed seq. Call once at start and after every commit with events.
  void wake(std::int64_t newest);
  std::int64_t newest() const { return newest_; }
  // Events after `after`, oldest first; the subscription lives until cancel() or the feed's end.
  std::shared_ptr<Subscription> subscribe(Filter filter, std::int64_t after,
                                          std::shared_ptr<Sink> sink);

 private:
  friend class Subscription;
  boost::asio::io_context& io_;
  store::Store& store_;
  runtime::Clock& clock_;
  std::int64_t newest_ = 0;
  std::vector<std::weak_ptr<Subscription>> subscriptions_;
};

}  // namespace wasphere::events
