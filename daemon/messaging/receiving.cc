#include "daemon/messaging/receiving.h"

namespace wasphere::messaging {

using runtime::Task;

void Receiving::attach() {}

Task<> Receiving::detach() {
  co_return;
}

// Unanswered, so that the server keeps them.
Task<Status> Receiving::on_messages(std::vector<wire::Node>) {
  co_return Status{};
}

Task<Status> Receiving::on_receipt(wire::Node) {
  co_return Status{};
}

Task<Result<bool>> Receiving::on_notification(wire::Node) {
  co_return false;
}

void Receiving::on_offline_end() {}

}  // namespace wasphere::messaging
