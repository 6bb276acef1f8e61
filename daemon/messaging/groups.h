// Groups: their metadata, cached in the store until a notification makes it stale, and their
// administration. Main thread only; needs a line.
#pragma once

#include <string>
#include <vector>

#include "core/stanza/group.h"
#include "daemon/messaging/context.h"

namespace wasphere::messaging {

class Groups {
 public:
  explicit Groups(Context& context) : context_(context) {}

  // Asks anew, stores it, learns the pairs of addresses in it. group_not_found, forbidden.
  runtime::Task<Result<stanza::GroupInfo>> refresh(wire::Jid group);

 private:
  [[maybe_unused]] Context& context_;
};

}  // namespace wasphere::messaging
