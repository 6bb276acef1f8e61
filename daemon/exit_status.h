// The daemon's exit statuses (sysexits.h), so that a service manager can tell what heals by itself.
#pragma once

#include "core/util/error.h"

namespace wasphere {

enum class ExitStatus : int {
  ok = 0,
  usage = 64,        // a wrong option
  unavailable = 69,  // another daemon uses the state directory or the socket
  internal = 70,     // a bug
  io = 74,           // disk, database or key file
  permission = 77,   // the state can be read by others
  config = 78,       // the configuration, or a state of another network
};

ExitStatus exit_status_for(ErrorCode code);

}  // namespace wasphere
