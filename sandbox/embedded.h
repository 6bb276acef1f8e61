// A sandbox inside another process: its own thread and loop, its own clock. For `wasphered
// --sandbox`.
#pragma once

#include <memory>
#include <string>

#include "core/util/result.h"

namespace wasphere::sandbox {

struct EmbeddedOptions {
  std::string state_dir;               // made if missing; one process at a time
  std::string control;                 // path of the control socket
  std::string listen = "127.0.0.1:0";  // loopback only
};

struct EmbeddedInfo {
  std::string url;         // "ws://127.0.0.1:41234/ws/chat"
  std::string noise_root;  // 64 hex digits
  std::string control;
};

// start() and stop() belong to one thread; the sandbox itself lives on another.
class EmbeddedSandbox {
 public:
  EmbeddedSandbox();
  ~EmbeddedSandbox();  // stops it
  EmbeddedSandbox(const EmbeddedSandbox&) = delete;
  EmbeddedSandbox& operator=(const EmbeddedSandbox&) = delete;

  // Blocks until it listens. internal if it runs already.
  Result<EmbeddedInfo> start(const EmbeddedOptions& options);
  // Blocks until its thread has ended. Fine if it does not run.
  void stop();

 private:
  struct Runner;
  std::unique_ptr<Runner> runner_;
};

}  // namespace wasphere::sandbox
