// A whole sandbox on one io_context: state, server, phones, WebSocket endpoint and control socket.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "core/util/result.h"

namespace wasphere::sandbox {

struct SandboxInfo;

struct HostOptions {
  std::string state_dir;
  std::string control;                 // path of the control socket
  std::string listen = "127.0.0.1:0";  // loopback only
};

class Host {
 public:
  // Everything is up when it returns. Errors: config_invalid, io_error, state_locked,
  // state_insecure, storage_corrupt.
  static Result<std::unique_ptr<Host>> start(boost::asio::io_context& io,
                                             const HostOptions& options);
  ~Host();  // on the loop; the io_context must not run handlers of it afterwards
  const SandboxInfo& info() const;

 private:
  struct Parts;
  explicit Host(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace wasphere::sandbox
