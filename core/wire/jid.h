// A WhatsApp address (protocol 1, section 4.5). Text form: user[_agent][:device]@server,
// integrator-user[:device]@interop, or just the server.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wasphere::wire {

inline constexpr std::string_view kUserServer = "s.whatsapp.net";
inline constexpr std::string_view kLidServer = "lid";
inline constexpr std::string_view kGroupServer = "g.us";
inline constexpr std::string_view kBroadcastServer = "broadcast";

struct Jid {
  std::string user;  // empty: the server itself
  std::string
      server;  // "s.whatsapp.net", "lid", "g.us", "hosted", "hosted.lid", "msgr", "interop", …
  std::uint16_t device = 0;
  std::uint16_t integrator = 0;  // only on server "interop"

  // Nothing on an empty server, a device that is no number, or characters outside printable ASCII
  // (a space counts as outside). A numeric agent of an account is dropped.
  static std::optional<Jid> parse(std::string_view text);
  // The same from what stands on either side of the '@'.
  static std::optional<Jid> from_parts(std::string_view user, std::string_view server);
  static Jid server_only(std::string_view server = kUserServer) {
    return {{}, std::string(server)};
  }
  std::string to_string() const;  // device 0 is not written; the server alone as "@server"
  Jid without_device() const { return {user, server}; }
  bool is_server() const { return user.empty(); }
  auto operator<=>(const Jid&) const = default;
};

}  // namespace wasphere::wire
