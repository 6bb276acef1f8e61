// MessageWatch: who waits for a message to get somewhere. Main thread only.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/util/result.h"
#include "daemon/runtime/async_event.h"
#include "daemon/runtime/clock.h"
#include "daemon/store/message_records.h"

namespace wasphere::messaging {

// True once a message of this status cannot get to `goal` any more, or is there.
bool reached(store::MessageStatus status, store::MessageStatus goal);

class MessageWatch {
 public:
  explicit MessageWatch(runtime::Clock& clock) : clock_(clock) {}
  MessageWatch(const MessageWatch&) = delete;
  MessageWatch& operator=(const MessageWatch&) = delete;

  // The message is like this now, durably.
  void tell(const store::MessageRow& row);
  // Until tell() has a row that reached the goal; nothing at the deadline or when it closes.
  // Registers at once, before the first suspension.
  runtime::Task<std::optional<store::MessageRow>> wait(std::string id, store::MessageStatus goal,
                                                       runtime::SteadyTime deadline);
  void close();  // ends every wait, and later ones at once

 private:
  struct Waiter {
    store::MessageStatus goal;
    std::optional<store::MessageRow> row;
    runtime::AsyncEvent over;
  };

  runtime::Clock& clock_;
  std::multimap<std::string, std::shared_ptr<Waiter>> waiters_;
  bool closed_ = false;
};

}  // namespace wasphere::messaging
