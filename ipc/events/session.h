// Events of sessions.
#pragma once

#include <optional>

#include "ipc/command.h"
#include "ipc/events/info.h"

namespace wasphere::ipc {

struct QrEvent {
  static constexpr EventInfo event{"session.qr", "A new QR is ready to be scanned."};
  std::string qrCode;
  std::string qrString;
  std::string expiresAt;
  static constexpr auto fields =
      std::tuple{field("qrCode", &QrEvent::qrCode, "The QR as a PNG data URI."),
                 field("qrString", &QrEvent::qrString, "The text inside the QR."),
                 field("expiresAt", &QrEvent::expiresAt, "When it stops being valid.")};
};

struct CodeEvent {
  static constexpr EventInfo event{"session.code", "A pairing code is ready to be typed in."};
  std::string code;
  std::string expiresAt;
  static constexpr auto fields =
      std::tuple{field("code", &CodeEvent::code, "The code as shown to people, ABCD-EFGH."),
                 field("expiresAt", &CodeEvent::expiresAt, "When it stops being valid.")};
};

struct ConnectedEvent {
  static constexpr EventInfo event{"session.connected", "The session is connected."};
  std::string phoneNumber;
  std::optional<std::string> name;
  std::string jid;
  std::optional<std::string> lid;
  bool isNewLink = false;
  static constexpr auto fields = std::tuple{
      field("phoneNumber", &ConnectedEvent::phoneNumber,
            "The account's number with its plus sign."),
      field("name", &ConnectedEvent::name, "The account's push name."),
      field("jid", &ConnectedEvent::jid, "Address of this device."),
      field("lid", &ConnectedEvent::lid, "Hidden address of this device."),
      field("isNewLink", &ConnectedEvent::isNewLink, "True right after a scan or a code.")};
};

struct ReconnectingEvent {
  static constexpr EventInfo event{"session.reconnecting",
                                   "The connection was lost; another try is planned."};
  std::int64_t attempt = 0;
  std::int64_t maxAttempts = 0;
  std::int64_t delayMs = 0;
  std::optional<std::string> reason;
  static constexpr auto fields = std::tuple{
      field("attempt", &ReconnectingEvent::attempt, "Number of the coming attempt, from 1."),
      field("maxAttempts", &ReconnectingEvent::maxAttempts, "Attempts before giving up."),
      field("delayMs", &ReconnectingEvent::delayMs, "Milliseconds until the attempt."),
      field("reason", &ReconnectingEvent::reason, "Why the connection was lost.")};
};

struct DisconnectedEvent {
  static constexpr EventInfo event{"session.disconnected", "The session is down and stays down."};
  std::string reason;
  std::optional<std::string> detail;
  std::int64_t attempts = 0;
  static constexpr auto fields = std::tuple{
      field("reason", &DisconnectedEvent::reason,
            "The session's statusDetail, as user, qr_expired."),
      field("detail", &DisconnectedEvent::detail, "What ended the last connection."),
      field("attempts", &DisconnectedEvent::attempts, "Attempts made before giving up.")};
};

struct LoggedOutEvent {
  static constexpr EventInfo event{"session.logged_out",
                                   "The link to the account is gone; a new scan is needed."};
  std::optional<std::string> reason;
  static constexpr auto fields =
      std::tuple{field("reason", &LoggedOutEvent::reason, "What ended the link.")};
};

struct BannedEvent {
  static constexpr EventInfo event{"session.banned", "WhatsApp has banned or locked the account."};
  std::string kind;
  std::optional<std::int64_t> code;
  std::optional<std::string> expiresAt;
  std::optional<std::string> message;
  static constexpr auto fields =
      std::tuple{field("kind", &BannedEvent::kind, "One of temporary, permanent, locked."),
                 field("code", &BannedEvent::code, "WhatsApp's number for the cause."),
                 field("expiresAt", &BannedEvent::expiresAt, "When a temporary ban ends."),
                 field("message", &BannedEvent::message, "One sentence for a person.")};
};

struct FailedEvent {
  static constexpr EventInfo event{"session.failed",
                                   "The session cannot go on without a change on this side."};
  std::string reason;
  static constexpr auto fields = std::tuple{
      field("reason", &FailedEvent::reason, "The session's statusDetail, as client_outdated.")};
};

struct CreatedEvent {
  static constexpr EventInfo event{"session.created", "A session was created."};
  static constexpr auto fields = std::tuple{};
};

struct DeletedEvent {
  static constexpr EventInfo event{"session.deleted", "A session and its data were deleted."};
  static constexpr auto fields = std::tuple{};
};

struct ConfigUpdatedEvent {
  static constexpr EventInfo event{"session.config_updated", "Settings of the session changed."};
  std::string name;
  std::optional<std::string> description;
  std::int64_t msgDelayMinMs = 0;
  std::int64_t msgDelayMaxMs = 0;
  bool typingSimulation = false;
  std::int64_t rateLimitPerMin = 0;
  bool autoReadOnReceive = false;
  bool receiveEnabled = false;
  static constexpr auto fields = std::tuple{
      field("name", &ConfigUpdatedEvent::name, "Name now."),
      field("description", &ConfigUpdatedEvent::description, "Description now."),
      field("msgDelayMinMs", &ConfigUpdatedEvent::msgDelayMinMs,
            "Shortest pause between messages."),
      field("msgDelayMaxMs", &ConfigUpdatedEvent::msgDelayMaxMs, "Longest pause between messages."),
      field("typingSimulation", &ConfigUpdatedEvent::typingSimulation,
            "Shows typing before sending."),
      field("rateLimitPerMin", &ConfigUpdatedEvent::rateLimitPerMin, "Most messages a minute."),
      field("autoReadOnReceive", &ConfigUpdatedEvent::autoReadOnReceive, "Marks messages read."),
      field("receiveEnabled", &ConfigUpdatedEvent::receiveEnabled, "Takes in messages.")};
};

struct StatusEvent {
  static constexpr EventInfo event{"session.status", "Status or statusDetail changed."};
  std::string status;
  std::string statusDetail;
  static constexpr auto fields =
      std::tuple{field("status", &StatusEvent::status, "Status now."),
                 field("statusDetail", &StatusEvent::statusDetail, "The finer truth now.")};
};

}  // namespace wasphere::ipc
