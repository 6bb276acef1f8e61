// The attributes of a stamp, on whatever a server forwards.
#pragma once

#include "core/stanza/message_server.h"

namespace wasphere::stanza {

void write_stamp(wire::Node& out, const Stamp& stamp);

}  // namespace wasphere::stanza
