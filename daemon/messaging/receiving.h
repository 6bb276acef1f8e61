// Receiving: what comes in for the Account: messages, receipts, retries both ways, notifications
// about people, devices and groups. Main thread only.
#pragma once

#include <vector>

#include "daemon/messaging/context.h"
#include "daemon/messaging/directory.h"
#include "daemon/messaging/groups.h"

namespace wasphere::messaging {

class Receiving {
 public:
  Receiving(Context& context, Directory& directory, Groups& groups)
      : context_(context), directory_(directory), groups_(groups) {}

  void attach();             // context.line() is there
  runtime::Task<> detach();  // it has ended
  runtime::Task<Status> on_messages(std::vector<wire::Node> stanzas);
  runtime::Task<Status> on_receipt(wire::Node receipt);
  runtime::Task<Result<bool>> on_notification(wire::Node notification);
  void on_offline_end();

 private:
  [[maybe_unused]] Context& context_;
  [[maybe_unused]] Directory& directory_;
  [[maybe_unused]] Groups& groups_;
};

}  // namespace wasphere::messaging
