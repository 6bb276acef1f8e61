// Changes of groups, as notifications tell of them.
#pragma once

#include "core/stanza/group.h"
#include "daemon/messaging/inbound_job.h"

namespace wasphere::messaging {

// Cache, our sender key, events. Store thread.
void change_group(InboundJob& job, const stanza::GroupChanged& change);

}  // namespace wasphere::messaging
