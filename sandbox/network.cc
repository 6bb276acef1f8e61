#include "sandbox/network.h"

#include "core/stanza/server.h"
#include "sandbox/link.h"

namespace wasphere::sandbox {

Status Network::unlink(const wire::Jid& device) {
  WS_CHECK(world.remove_device(device));
  tell_unlinked(device);
  return {};
}

void Network::tell_unlinked(const wire::Jid& device) {
  for (auto* link : links.of(device)) {
    link->send(stanza::build_device_removed());
    link->finish();
  }
}

}  // namespace wasphere::sandbox
