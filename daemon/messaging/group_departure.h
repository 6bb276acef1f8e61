// The parts of departure.h that direct and group messages share, and those of groups.
#pragma once

#include "daemon/messaging/departure.h"

namespace wasphere::messaging {

// Privacy tokens are given anew in each of these.
std::int64_t token_bucket(std::int64_t time_s);

void begin_stanza(Departure& out, const store::OutboxRow& row, const Audience& audience);
void finish_stanza(store::Tx& tx, const JobContext& job, const store::OutboxRow& row,
                   const Audience& audience, Departure& out);

std::optional<Draft> group_obstacles(store::Tx& tx, const JobContext& job, const wire::Jid& group,
                                     const Gaps& gaps);
Draft depart_to_group(store::Tx& tx, const JobContext& job, const store::OutboxRow& row,
                      const wire::Jid& group, const Gaps& gaps);

}  // namespace wasphere::messaging
