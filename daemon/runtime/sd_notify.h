// The service manager's side of the process: readiness messages and sockets handed over. Speaks the
// protocols of sd_notify(3) and sd_listen_fds(3) without libsystemd.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/util/result.h"
#include "daemon/runtime/clock.h"

namespace wasphere::runtime {

// Sends `state` ("READY=1", "STOPPING=1", "STATUS=…", several separated by newlines) to the service
// manager. False: there is none that wants it (NOTIFY_SOCKET is not set). io_error names the
// socket.
Result<bool> sd_notify(std::string_view state);

// How often the service manager wants to hear WATCHDOG=1 at least; nothing if it does not, or wants
// it from another process. config_invalid if the variables make no sense.
Result<std::optional<Duration>> watchdog_period();

struct ListenFd {
  int fd = -1;       // close-on-exec is set
  std::string name;  // FileDescriptorName= of the socket unit; "unknown" if it gives none
};

// The sockets handed over to this process, none if there are none or they are meant for another
// one. config_invalid if the variables make no sense. Removes them from the environment, so that
// children do not take them for theirs; call it before other threads run.
Result<std::vector<ListenFd>> listen_fds();

}  // namespace wasphere::runtime
