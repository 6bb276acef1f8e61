// The parts of departure.h that direct and group messages share, and those of groups.
#pragma once

#include "daemon/messaging/departure.h"

namespace wasphere::messaging {

// Privacy tokens are given anew in each of these.
std::int64_t token_bucket(std::int64_t time_s);

// Devices that have no session yet, and may have a bundle.
void need_sessions(Desk& desk, const std::vector<const Recipient*>& recipients, Needs& needs);
void begin_stanza(Departure& out, const store::OutboxRow& row, const Audience& audience);
void finish_stanza(Desk& desk, const store::OutboxRow& row, const Desk::Chat& chat, Departure& out);

std::optional<Draft> group_obstacles(Desk& desk, const wire::Jid& group);
Draft depart_to_group(Desk& desk, const store::OutboxRow& row, const wire::Jid& group);

}  // namespace wasphere::messaging
