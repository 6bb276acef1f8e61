// What a running command has at hand: its values, the console, and the daemon.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/console.h"
#include "cli/settings.h"
#include "cli/verb.h"
#include "core/util/result.h"
#include "ipc/schema.h"
#include "ipc/unix_client.h"

namespace wasphere::cli {

// How long a call may take when --timeout does not say: longer than the daemon holds any answer.
inline constexpr Milliseconds kCallTimeout = std::chrono::seconds(40);

class Context {
 public:
  Context(const Verb& verb, Values values, Settings settings, Console& console,
          const std::vector<Verb>& verbs);

  const Verb& verb() const { return verb_; }
  const Values& values() const { return values_; }
  const Settings& settings() const { return settings_; }
  const std::vector<Verb>& verbs() const { return verbs_; }
  Console& console() { return console_; }

  // A new connection. daemon_unreachable names every place that was tried.
  Result<ipc::UnixClient> connect_daemon();
  // To the sandbox's control socket: --control, else WASPHERE_SANDBOX_CONTROL, else what the daemon
  // says, else sandbox.sock beside the daemon's socket.
  Result<ipc::UnixClient> connect_sandbox();

  // One call on a connection of its own, to whichever socket the operation belongs to.
  Result<nlohmann::json> call(const ipc::CommandType& command, nlohmann::json params);
  // One call on that connection, at most as long as --timeout allows.
  Result<nlohmann::json> call(ipc::UnixClient& client, std::string_view method,
                              const nlohmann::json& params);

  // Of the last call that failed; empty if the daemon gave none.
  const std::string& failed_request() const { return failed_request_; }
  Milliseconds call_timeout() const { return settings_.timeout.value_or(kCallTimeout); }
  // Path of the socket that connect_daemon() found; empty before.
  const std::string& daemon_socket() const { return daemon_socket_; }

 private:
  std::string sandbox_control();
  void trace(std::string_view line);

  const Verb& verb_;
  Values values_;
  Settings settings_;
  Console& console_;
  const std::vector<Verb>& verbs_;
  std::string failed_request_;
  std::string daemon_socket_;
};

}  // namespace wasphere::cli
