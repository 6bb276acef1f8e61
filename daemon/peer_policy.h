// Who may use the control socket.
#pragma once

#include <string>

#include "core/util/result.h"
#include "daemon/runtime/line_server.h"

namespace wasphere {

// root, the daemon's own user, and members of one group (primary or supplementary). The kernel
// vouches for the peer's ids; file modes on the socket come on top.
class PeerPolicy {
 public:
  // Empty: the group the daemon runs as. config_invalid if there is no such group.
  static Result<PeerPolicy> for_group(const std::string& group);
  bool admits(const runtime::Peer& peer) const;
  gid_t group() const { return group_; }

 private:
  explicit PeerPolicy(gid_t group) : group_(group) {}
  gid_t group_;
};

}  // namespace wasphere
