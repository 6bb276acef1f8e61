// MessageWatch: who waits for a message to get somewhere. Main thread only.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/util/result.h"
#include "daemon/runtime/async_event.h"
#include "daemon/runtime/clock.h"
#include "daemon/store/message_records.h"

namespace wasphere::messaging {

// True once a message of this status is at `goal`, or will never get there.
bool reached(store::MessageStatus status, store::MessageStatus goal);

class MessageWatch {
 public:
  // What somebody waits for. Registered from expect() until it is destroyed.
  struct Wait {
    store::MessageStatus goal = store::MessageStatus::sent;
    std::optional<store::MessageRow> row;
    runtime::AsyncEvent over;
  };

  explicit MessageWatch(runtime::Clock& clock) : clock_(clock) {}
  MessageWatch(const MessageWatch&) = delete;
  MessageWatch& operator=(const MessageWatch&) = delete;

  // The message is like this now, durably.
  void tell(const store::MessageRow& row);
  // Nothing told from now on is missed.
  std::shared_ptr<Wait> expect(const std::string& id, store::MessageStatus goal);
  // The row that reached the goal; nothing at the deadline or when the watch closes.
  runtime::Task<std::optional<store::MessageRow>> wait(std::shared_ptr<Wait> wait,
                                                       runtime::SteadyTime deadline);
  bool idle() const;  // nobody waits
  void close();       // ends every wait, and later ones at once

 private:
  static constexpr std::size_t kPruneAt = 64;

  void prune();

  runtime::Clock& clock_;
  std::multimap<std::string, std::weak_ptr<Wait>> waits_;
  std::size_t prune_at_ = kPruneAt;
  bool closed_ = false;
};

}  // namespace wasphere::messaging
