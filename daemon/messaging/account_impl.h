// The parts of an Account, put together.
#pragma once

#include <set>
#include <utility>

#include "daemon/messaging/context.h"
#include "daemon/messaging/directory.h"
#include "daemon/messaging/groups.h"
#include "daemon/messaging/receiving.h"
#include "daemon/messaging/tokens.h"
#include "daemon/messaging/worker.h"

namespace wasphere::messaging {

struct Account::Impl {
  Impl(boost::asio::any_io_executor executor, Services services, Options options,
       const AccountView& view)
      : context(std::move(executor), services, options, view) {}

  // Counts the operations that run, so that stop() can wait for them.
  class Operation {
   public:
    explicit Operation(Impl& impl) : impl_(impl) { ++impl_.operations; }
    Operation(const Operation&) = delete;
    Operation& operator=(const Operation&) = delete;
    ~Operation() {
      if (--impl_.operations == 0) impl_.idle.set();
    }

   private:
    Impl& impl_;
  };

  Status usable() const {
    if (stopped) return fail(ErrorCode::shutting_down, "The session is stopping.");
    return {};
  }
  Status may_enqueue(const NewMessage& message) const;
  runtime::Task<Result<Accepted>> enqueue(NewMessage message,
                                          std::shared_ptr<MessageWatch::Wait> wait);
  // The row as it is on the disk.
  runtime::Task<Result<store::MessageRow>> find(std::string id);

  Context context;
  Directory directory{context};
  Groups groups{context};
  Tokens tokens{context};
  Worker worker{context, directory, groups, tokens};
  Receiving receiving{context, directory};
  std::set<std::pair<std::string, std::string>> keys_in_use;  // idempotency, by owner
  int operations = 0;
  runtime::AsyncEvent idle;
  bool stopped = false;
};

}  // namespace wasphere::messaging
