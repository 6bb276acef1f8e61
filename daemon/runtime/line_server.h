// A Unix-socket server that speaks lines (one JSON object a line), for the daemon's RPC and the sandbox's
// control socket. Main thread only. It knows nothing of JSON.
#pragma once

#include <sys/types.h>

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>

#include "core/util/result.h"

namespace wasphere::runtime {

struct Peer {
  uid_t uid = 0;
  gid_t gid = 0;
  pid_t pid = 0;
};

// One client. Shared so that an answer in flight may outlive the connection; send() is then a no-op.
class LineConnection {
 public:
  virtual ~LineConnection() = default;
  virtual const Peer& peer() const = 0;
  virtual void send(std::string line) = 0;          // without the newline
  virtual std::size_t unsent_bytes() const = 0;     // for flow control
  virtual void close() = 0;                         // after what is queued was written
  std::function<void()> on_drained;                 // the queue became empty
};

struct LineHandlers {
  std::function<bool(const Peer&)> admit;                                        // false: closed at once
  std::function<void(std::shared_ptr<LineConnection>, std::string line)> on_line;
  // The line limit was passed: the handler may send one error; the connection closes afterwards.
  std::function<void(std::shared_ptr<LineConnection>)> on_oversized;
  std::function<void(const LineConnection&)> on_closed;
};

struct LineServerOptions {
  std::string path;            // removed and bound anew; a live server on it gives state_locked
  int inherited_fd = -1;       // a listening socket from systemd; then `path` is not touched
  mode_t mode = 0660;
  std::size_t max_line = 16U << 20;
};

class LineServer {
 public:
  virtual ~LineServer() = default;                   // stops accepting, closes all, removes `path`
  virtual void stop_accepting() = 0;
};

Result<std::unique_ptr<LineServer>> serve_lines(boost::asio::io_context& io, LineServerOptions options,
                                                LineHandlers handlers);

}  // namespace wasphere::runtime
