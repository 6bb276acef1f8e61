// One webhook at work: reads the event log from its own cursor, owes a delivery for each event that
// it wants, and makes what is due, four at a time. Everything that must survive is in the store;
// what it has in memory is only what is under way. Main thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "daemon/runtime/async_event.h"
#include "daemon/webhook/sender.h"
#include "daemon/webhook/turn.h"

namespace wasphere::webhook {

inline constexpr std::size_t kConcurrency = 4;  // deliveries of one webhook at a time

struct Services {
  boost::asio::io_context& io;
  store::Store& store;
  runtime::Clock& clock;
  Rng& rng;
  Sender& sender;
  events::Encoder& encoder;
};

// The secrets that sign now, the newest first.
std::vector<std::string> signing_secrets(const store::WebhookSecrets& secrets, std::int64_t now);

class Endpoint : public std::enable_shared_from_this<Endpoint> {
 public:
  Endpoint(Services services, std::string webhook_id);
  void start();
  // There may be something to do: an event, a change of the row, a delivery made anew.
  void wake() { changed_.set(); }
  // Takes up nothing more. finished() returns once what is under way has ended and is recorded.
  void stop();
  runtime::Task<> finished();
  // Events up to this one have been taken up under the row as it was; -1: none yet.
  std::int64_t cursor() const { return cursor_; }

 private:
  static runtime::Task<> run(std::shared_ptr<Endpoint> self);
  static runtime::Task<> deliver(std::shared_ptr<Endpoint> self, store::DeliveryRow delivery,
                                 Mail mail);
  runtime::Task<Result<TurnResult>> take_turn();
  // True if the next turn may follow at once.
  bool take_in(TurnResult result);
  void begin(const TurnResult& result, store::DeliveryRow delivery);
  void tell(const TurnResult& result) const;
  void forget(std::size_t count);  // of the deliveries that ended, the oldest
  void pause(const Error& error);
  bool over() const { return stopping_ && ended_.empty() && in_flight_.empty(); }

  Services services_;
  const std::string id_;
  runtime::AsyncEvent changed_;
  runtime::AsyncEvent idle_;
  std::unique_ptr<runtime::Timer> timer_;
  std::vector<Finished> ended_;      // not recorded yet
  std::set<std::string> in_flight_;  // lanes, until what ended in them is recorded
  std::int64_t cursor_ = -1;
  int failed_in_a_row_ = 0;
  bool gone_ = false;
  bool stopping_ = false;
  bool store_failed_ = false;
};

}  // namespace wasphere::webhook
