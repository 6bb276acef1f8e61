// Operations on the daemon itself.
#pragma once

#include <optional>
#include <vector>

#include "ipc/command.h"

namespace wasphere::ipc {

struct SessionCounts {
  std::int64_t total = 0;
  std::int64_t disconnected = 0;
  std::int64_t connecting = 0;
  std::int64_t connected = 0;
  std::int64_t reconnecting = 0;
  std::int64_t banned = 0;
  static constexpr auto fields =
      std::tuple{field("total", &SessionCounts::total, "All of them."),
                 field("disconnected", &SessionCounts::disconnected, "Those that are down."),
                 field("connecting", &SessionCounts::connecting, "Those being linked or dialed."),
                 field("connected", &SessionCounts::connected, "Those that are up."),
                 field("reconnecting", &SessionCounts::reconnecting, "Those on the ladder."),
                 field("banned", &SessionCounts::banned, "Those banned or locked.")};
};

struct SandboxLink {
  std::string control;
  static constexpr auto fields =
      std::tuple{field("control", &SandboxLink::control, "Path of its control socket.")};
};

inline constexpr std::array<std::string_view, 2> kNetworks{"whatsapp", "sandbox"};

struct DaemonInfo {
  std::string version;
  std::int64_t protocol = 1;
  std::string network;
  std::string noiseRoot;
  std::string stateDir;
  std::int64_t pid = 0;
  std::string startedAt;
  std::int64_t uptimeMs = 0;
  SessionCounts sessions;
  std::vector<std::string> features;
  std::optional<SandboxLink> sandbox;
  static constexpr auto fields = std::tuple{
      field("version", &DaemonInfo::version, "Version of the daemon."),
      field("protocol", &DaemonInfo::protocol, "Version of this interface."),
      field("network", &DaemonInfo::network, "The network it serves.", one_of(kNetworks)),
      field("noiseRoot", &DaemonInfo::noiseRoot, "Root key it trusts, in hexadecimal."),
      field("stateDir", &DaemonInfo::stateDir, "Its state directory."),
      field("pid", &DaemonInfo::pid, "Its process id."),
      field("startedAt", &DaemonInfo::startedAt, "When it started."),
      field("uptimeMs", &DaemonInfo::uptimeMs, "Milliseconds since then."),
      field("sessions", &DaemonInfo::sessions, "How many sessions are in which status."),
      field("features", &DaemonInfo::features, "What this daemon can do beyond the basics."),
      field("sandbox", &DaemonInfo::sandbox, "The embedded sandbox, if there is one.")};
};

struct DaemonInfoGet {
  using Response = DaemonInfo;
  static constexpr CommandInfo command{.method = "daemon.info",
                                       .cli = "daemon info",
                                       .scope = Scope::sessions_read,
                                       .summary = "Tell version, network and state of the daemon.",
                                       .returns = "Facts about the daemon.",
                                       .local_only = true};
  static constexpr auto fields = std::tuple{};
};

struct Pong {
  bool pong = true;
  std::string time;
  std::string version;
  static constexpr auto fields = std::tuple{field("pong", &Pong::pong, "Always true."),
                                            field("time", &Pong::time, "The daemon's time."),
                                            field("version", &Pong::version, "Its version.")};
};

struct DaemonPing {
  using Response = Pong;
  static constexpr CommandInfo command{.method = "daemon.ping",
                                       .cli = "daemon ping",
                                       .scope = Scope::sessions_read,
                                       .summary = "Check that the daemon answers.",
                                       .returns = "A sign of life.",
                                       .local_only = true};
  static constexpr auto fields = std::tuple{};
};

}  // namespace wasphere::ipc
