// Groups: their metadata, cached in the store until a notification makes it stale, and their
// administration. Main thread only; needs a line.
#pragma once

#include <string>
#include <vector>

#include "core/stanza/group.h"
#include "daemon/messaging/context.h"
#include "daemon/messaging/group_pace.h"

namespace wasphere::messaging {

class Groups {
 public:
  explicit Groups(Context& context) : context_(context), pace_(context.services().clock) {}

  // Asks anew, stores it, learns the pairs of addresses in it. group_not_found, forbidden.
  runtime::Task<Result<stanza::GroupInfo>> refresh(wire::Jid group);
  // All groups that we are in, asked anew.
  runtime::Task<Result<std::vector<stanza::GroupInfo>>> list();
  // From the cache unless it is stale.
  runtime::Task<Result<stanza::GroupInfo>> find(wire::Jid group);
  // The changes wait for their turn if the session is paced: rate_limited.
  runtime::Task<Result<stanza::GroupInfo>> create(std::string subject,
                                                  std::vector<wire::Jid> members);
  // action: add, remove, promote, demote
  runtime::Task<Status> change_members(wire::Jid group, std::string action,
                                       std::vector<wire::Jid> members);
  runtime::Task<Status> leave(wire::Jid group);

 private:
  using Answer = runtime::Task<Result<wire::Node>>;

  Answer request(wire::Node iq);
  runtime::Task<Status> take_turn();
  runtime::Task<Status> keep(std::vector<stanza::GroupInfo> groups);

  Context& context_;
  GroupPace pace_;
};

}  // namespace wasphere::messaging
