#include "sandbox/acks.h"

#include "sandbox/network.h"

namespace wasphere::sandbox {

void Acks::answer(const wire::Jid& device, const wire::Node& ack, Outlet& back) {
  auto& faults = network_.message_faults;
  if (faults.take(MessageFault::ack_drop, device)) return;
  const auto delay = faults.take(MessageFault::ack_delay, device);
  if (!delay) return back.deliver(ack);
  // The connection may be another one by then.
  const auto timer = late_.insert(late_.end(), network_.clock.make_timer());
  (*timer)->arm(runtime::Duration(*delay), [this, device, ack, timer] {
    network_.post.pass(device, ack);
    late_.erase(timer);
  });
}

}  // namespace wasphere::sandbox
