// A Unix-socket server that speaks lines (one JSON object a line), for the daemon's RPC and the
// sandbox's control socket. Main thread only. It knows nothing of JSON.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/util/result.h"

namespace boost::asio {
class io_context;
}

namespace wasphere::runtime {

// Who is at the other end, as the kernel recorded it when they connected.
struct Peer {
  uid_t uid = 0;
  gid_t gid = 0;
  pid_t pid = 0;
  std::vector<gid_t> groups;  // supplementary groups
};

// SO_PEERCRED and SO_PEERGROUPS of a connected Unix socket.
Result<Peer> peer_of(int fd);

// One client. Shared so that an answer in flight may outlive the connection; send() is then a
// no-op. A client that has shut down its sending side is closed when nobody holds this any more.
class LineConnection {
 public:
  virtual ~LineConnection() = default;
  virtual const Peer& peer() const = 0;
  virtual void send(std::string line) = 0;       // without the newline
  virtual std::size_t unsent_bytes() const = 0;  // for flow control
  virtual void close() = 0;                      // after what is queued was written
  std::function<void()> on_drained;              // the queue became empty
};

struct LineHandlers {
  std::function<bool(const Peer&)> admit;  // false: closed at once; absent: everybody is admitted
  // The line is without its newline. The last one of a client may lack its newline.
  std::function<void(std::shared_ptr<LineConnection>, std::string line)> on_line;
  // The line limit was passed: the handler may send one error; the connection closes afterwards.
  std::function<void(std::shared_ptr<LineConnection>)> on_oversized;
  // Once for each connection that was admitted, but not from the server's destructor.
  std::function<void(const LineConnection&)> on_closed;
};

struct LineServerOptions {
  std::string path;       // removed and bound anew; a live server on it gives state_locked
  int inherited_fd = -1;  // a listening socket from systemd; then `path` is not touched
  mode_t mode = 0660;
  gid_t group = static_cast<gid_t>(-1);  // owning group of the socket file; -1: leave it
  std::size_t max_line = 16U << 20;
  std::size_t max_connections = 512;  // one more is closed at once
  // A client that does not read: above this many unsent bytes its further lines wait.
  std::size_t max_unsent = 4U << 20;
};

class LineServer {
 public:
  virtual ~LineServer() = default;  // stops accepting, closes all, removes `path`; calls no handler
  virtual void stop_accepting() = 0;  // and removes `path`
};

// Errors: io_error (path too long, missing directory, not a socket, no permission; names the path),
// state_locked (somebody listens there).
Result<std::unique_ptr<LineServer>> serve_lines(boost::asio::io_context& io,
                                                LineServerOptions options, LineHandlers handlers);

}  // namespace wasphere::runtime
