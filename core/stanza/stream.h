// Login and stream life: ClientPayload out; success, failure, stream:error and ib in (protocol 1,
// 3, 7, 8).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "core/stanza/device.h"
#include "core/wire/node.h"

namespace wasphere::stanza {

struct ClientVersion {
  std::uint32_t primary = 2, secondary = 3000, tertiary = 1045649367;
  std::string to_string() const;  // "2.3000.N"
};

struct ClientProfile {
  ClientVersion version{};
  std::string os_name = "WaSphere";  // what the phone shows in its list of linked devices
  std::uint32_t platform_type = 1;   // DeviceProps.PlatformType: CHROME
  std::string language = "en";
  std::string country = "US";
  std::string platform_id = "1";                    // QR platform id; must fit platform_type
  std::string platform_display = "Chrome (Linux)";  // companion_platform_display of a pairing code
};

// A registration payload while the device is not linked, else a login payload.
Bytes client_payload(const Device& device, const ClientProfile& profile);

// The server's reading of it. Total.
struct ParsedClientPayload {
  std::uint64_t username = 0;
  std::uint32_t device = 0;
  bool has_device = false;
  bool passive = false;
  bool pull = false;
  std::uint32_t app_version_tertiary = 0;
  struct Registration {
    std::uint32_t registration_id = 0;
    crypto::PublicKey identity{};
    std::uint32_t signed_pre_key_id = 0;
    crypto::PublicKey signed_pre_key{};
    crypto::Signature signed_pre_key_signature{};
    std::string os_name;
    std::uint32_t platform_type = 0;
  };
  std::optional<Registration> registration;  // set = the client wants to be paired
};
Result<ParsedClientPayload> parse_client_payload(BytesView bytes);

struct Success {
  std::uint64_t server_time = 0;  // Unix seconds, 0 if absent
  wire::Jid lid;
  std::string display_name;
};

// Why a stream or login ended, and what that means for the session (protocol 1, section 8.5).
enum class EndClass : std::uint8_t {
  restart,     // 515: dial again now, no backoff
  retry,       // transient: the reconnect ladder
  logged_out,  // 401, device_removed, 516
  replaced,    // another connection of the same device
  banned_temporary,
  banned_permanent,
  banned_locked,
  outdated,         // 405
  refused,          // 400, 409, 415, 418, 501 and failures without a reason
  multidevice_off,  // downgrade_webclient (411)
};

struct StreamEnd {
  EndClass kind = EndClass::retry;
  int code = 0;        // stream:error code or failure reason; 0 if none
  std::string reason;  // fixed word: "restart_required", "device_removed", "replaced", …
  int ban_code = 0;    // 101…106 on a temporary ban
  std::optional<std::uint64_t> ban_seconds;  // duration from now, if the server said
};

Result<Success> parse_success(const wire::Node& node);
StreamEnd parse_failure(const wire::Node& node);       // <failure>; total
StreamEnd parse_stream_error(const wire::Node& node);  // <stream:error>; total

}  // namespace wasphere::stanza
