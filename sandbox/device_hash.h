// The hash over a set of devices: phash of messages, hash of device lists (protocol 2,
// section 4.5).
#pragma once

#include <string>
#include <vector>

#include "core/wire/jid.h"

namespace wasphere::sandbox {

std::string device_hash(const std::vector<wire::Jid>& devices);

}  // namespace wasphere::sandbox
