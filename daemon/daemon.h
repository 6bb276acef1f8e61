// The composition root: the only place that knows every concrete class, and the order in which they
// start and stop.
#pragma once

#include <functional>

#include "core/util/result.h"
#include "daemon/config/config.h"
#include "daemon/exit_status.h"

namespace wasphere {

struct DaemonOptions {
  config::Config config;
  bool embed_sandbox = false;
  std::function<Result<config::Config>()> reload;  // reads the configuration again, on SIGHUP
};

// Runs until SIGTERM or SIGINT. Starting: state directory (lock), sandbox if embedded, store,
// sessions, socket, READY. Stopping: no new clients, sessions down, calls answered, store drained.
// The error says why it could not start.
Result<ExitStatus> run_daemon(DaemonOptions options);

}  // namespace wasphere
