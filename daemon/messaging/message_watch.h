// MessageWatch: who waits for a message to get somewhere. Main thread only.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

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
    std::optional<store::MessageRow> known;  // how it was when that was asked last
    std::optional<store::MessageRow> row;    // how it was at the goal
    runtime::AsyncEvent over;

    void reach(store::MessageRow at_goal) {
      row = std::move(at_goal);
      over.set();
    }
  };

  explicit MessageWatch(runtime::Clock& clock) : clock_(clock) {}
  MessageWatch(const MessageWatch&) = delete;
  MessageWatch& operator=(const MessageWatch&) = delete;

  // The message is like this now, durably.
  void tell(const store::MessageRow& row);
  // The server has it, which is on the disk soon; until then the message would be sent again under
  // the same id. Who waits for no more than that, and knows the message, need not wait for the
  // disk.
  void sent(const std::string& id, std::int64_t time_ms, int attempts);
  // Nothing told from now on is missed.
  std::shared_ptr<Wait> expect(const std::string& id, store::MessageStatus goal);
  // The same for a message that is known already.
  void expect(const std::shared_ptr<Wait>& wait, const store::MessageRow& known);
  // The row that reached the goal; nothing at the deadline or when the watch closes.
  runtime::Task<std::optional<store::MessageRow>> wait(std::shared_ptr<Wait> wait,
                                                       runtime::SteadyTime deadline);
  bool idle() const;  // nobody waits
  void close();       // ends every wait, and later ones at once

 private:
  static constexpr std::size_t kPruneAt = 64;

  // Those who wait for the message and have not heard yet.
  std::vector<std::shared_ptr<Wait>> waiting_for(const std::string& id) const;
  void add(const std::string& id, const std::shared_ptr<Wait>& wait);
  void prune();

  runtime::Clock& clock_;
  std::multimap<std::string, std::weak_ptr<Wait>> waits_;
  std::size_t prune_at_ = kPruneAt;
  bool closed_ = false;
};

}  // namespace wasphere::messaging
