#include "daemon/peer_policy.h"

#include <grp.h>
#include <unistd.h>

#include <algorithm>

namespace wasphere {

Result<PeerPolicy> PeerPolicy::for_group(const std::string& group) {
  if (group.empty()) return PeerPolicy(getegid());
  const struct group* found = getgrnam(group.c_str());
  if (found == nullptr)
    return fail(ErrorCode::config_invalid, "rpc.group: there is no group '" + group + "'");
  return PeerPolicy(found->gr_gid);
}

bool PeerPolicy::admits(const runtime::Peer& peer) const {
  if (peer.uid == 0 || peer.uid == geteuid() || peer.gid == group_) return true;
  return std::find(peer.groups.begin(), peer.groups.end(), group_) != peer.groups.end();
}

}  // namespace wasphere
