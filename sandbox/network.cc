#include "sandbox/network.h"

#include "core/stanza/server.h"
#include "sandbox/link.h"
#include "sandbox/notices.h"

namespace wasphere::sandbox {

Status Network::unlink(const wire::Jid& device) {
  WS_CHECK(forget(device));
  tell_unlinked(device);
  return {};
}

Status Network::forget(const wire::Jid& device) {
  const auto* known = world.device(device);
  if (known == nullptr) return fail(ErrorCode::not_found, "there is no such device");
  const auto record = *known;
  WS_CHECK(world.remove_device(record.jid()));
  post.clear(record.jid());
  tell_devices_changed(*this, record, DeviceChange::removed);
  return {};
}

std::string Network::next_id() {
  return std::to_string(runtime::unix_seconds(clock)) + "-" + std::to_string(++last_id_);
}

void Network::tell_unlinked(const wire::Jid& device) {
  for (auto* link : links.of(device)) {
    link->send(stanza::build_device_removed());
    link->finish();
  }
}

}  // namespace wasphere::sandbox
