// Operations on sessions, and the session object they answer with.
#pragma once

#include <optional>
#include <vector>

#include "ipc/command.h"

namespace wasphere::ipc {

inline constexpr std::array<std::string_view, 5> kStatuses{"disconnected", "connecting",
                                                           "connected", "reconnecting", "banned"};

struct ReconnectView {
  std::int64_t attempt = 0;
  std::int64_t maxAttempts = 0;
  std::optional<std::string> nextAttemptAt;
  static constexpr auto fields = std::tuple{
      field("attempt", &ReconnectView::attempt, "Attempts made since the connection was lost."),
      field("maxAttempts", &ReconnectView::maxAttempts, "Attempts before giving up."),
      field("nextAttemptAt", &ReconnectView::nextAttemptAt, "When the next one is made.")};
};

struct BanView {
  std::string kind;
  std::optional<std::int64_t> code;
  std::optional<std::string> expiresAt;
  std::optional<std::string> message;
  static constexpr auto fields =
      std::tuple{field("kind", &BanView::kind, "One of temporary, permanent, locked."),
                 field("code", &BanView::code, "WhatsApp's number for the cause."),
                 field("expiresAt", &BanView::expiresAt, "When a temporary ban ends."),
                 field("message", &BanView::message, "One sentence for a person.")};
};

struct QueueSummary {
  std::int64_t pending = 0;
  std::optional<std::string> oldestQueuedAt;
  bool held = false;
  static constexpr auto fields = std::tuple{
      field("pending", &QueueSummary::pending, "How many messages wait to be sent."),
      field("oldestQueuedAt", &QueueSummary::oldestQueuedAt, "When the oldest was accepted."),
      field("held", &QueueSummary::held, "True while nothing is sent from it.")};
};

struct SessionView {
  std::string id;
  std::string name;
  std::optional<std::string> description;
  std::string status;
  std::string statusDetail;
  std::optional<std::string> statusReason;
  std::optional<std::string> phoneNumber;
  std::optional<std::string> connectedAt;
  std::optional<std::string> lastSeenAt;
  std::string createdAt;
  std::optional<std::string> jid;
  std::optional<std::string> lid;
  std::optional<std::string> pushName;
  std::int64_t msgDelayMinMs = 0;
  std::int64_t msgDelayMaxMs = 0;
  bool typingSimulation = false;
  std::int64_t rateLimitPerMin = 0;
  bool autoReadOnReceive = false;
  bool receiveEnabled = false;
  ReconnectView reconnect;
  QueueSummary queue;
  std::optional<BanView> ban;
  std::optional<std::string> qrCode;
  std::optional<std::string> qrString;
  std::optional<std::string> expiresAt;
  static constexpr auto fields = std::tuple{
      field("id", &SessionView::id, "Stable id, sess_ and 26 characters."),
      field("name", &SessionView::name, "Unique name."),
      field("description", &SessionView::description, "Free text."),
      field("status", &SessionView::status, "The status in one word.", one_of(kStatuses)),
      field("statusDetail", &SessionView::statusDetail, "The finer truth behind the status."),
      field("statusReason", &SessionView::statusReason, "What led to it, in one word."),
      field("phoneNumber", &SessionView::phoneNumber, "The linked account's number."),
      field("connectedAt", &SessionView::connectedAt, "Last successful login."),
      field("lastSeenAt", &SessionView::lastSeenAt, "Last sign of life from the server."),
      field("createdAt", &SessionView::createdAt, "When the session was created."),
      field("jid", &SessionView::jid, "Address of this linked device."),
      field("lid", &SessionView::lid, "Hidden address of this linked device."),
      field("pushName", &SessionView::pushName, "Name the account shows to others."),
      field("msgDelayMinMs", &SessionView::msgDelayMinMs, "Shortest pause between messages."),
      field("msgDelayMaxMs", &SessionView::msgDelayMaxMs, "Longest pause between messages."),
      field("typingSimulation", &SessionView::typingSimulation, "Shows typing before sending."),
      field("rateLimitPerMin", &SessionView::rateLimitPerMin,
            "Most messages a minute; 0: no limit."),
      field("autoReadOnReceive", &SessionView::autoReadOnReceive, "Marks messages read."),
      field("receiveEnabled", &SessionView::receiveEnabled, "Takes in messages."),
      field("reconnect", &SessionView::reconnect, "Where the reconnect ladder stands."),
      field("queue", &SessionView::queue, "What waits to be sent."),
      field("ban", &SessionView::ban, "The ban, while there is one."),
      field("qrCode", &SessionView::qrCode, "The live QR as a PNG data URI; never in lists."),
      field("qrString", &SessionView::qrString, "The text inside the live QR; never in lists."),
      field("expiresAt", &SessionView::expiresAt, "When the live QR ends; never in lists.")};
};

// The settings that create and update share; a missing one keeps its value.
struct SessionSettings {
  std::optional<std::int64_t> msgDelayMinMs;
  std::optional<std::int64_t> msgDelayMaxMs;
  std::optional<bool> typingSimulation;
  std::optional<std::int64_t> rateLimitPerMin;
  std::optional<bool> autoReadOnReceive;
  std::optional<bool> receiveEnabled;
  static constexpr auto fields =
      std::tuple{field("msgDelayMinMs", &SessionSettings::msgDelayMinMs,
                       "Shortest pause between messages, in milliseconds.", range(0, 300000),
                       value_name("MS")),
                 field("msgDelayMaxMs", &SessionSettings::msgDelayMaxMs,
                       "Longest pause between messages, in milliseconds; not below the shortest.",
                       range(0, 300000), value_name("MS")),
                 field("typingSimulation", &SessionSettings::typingSimulation,
                       "Show typing before a message is sent."),
                 field("rateLimitPerMin", &SessionSettings::rateLimitPerMin,
                       "Most messages a minute; 0 for no limit.", range(0, 1000), value_name("N")),
                 field("autoReadOnReceive", &SessionSettings::autoReadOnReceive,
                       "Mark messages as read when they arrive."),
                 field("receiveEnabled", &SessionSettings::receiveEnabled, "Take in messages.")};
};

constexpr auto session_arg(auto member) {
  return arg("session", member, "Name or id of the session.", length(1, 256), value_name("NAME"));
}

struct SessionCreate : SessionSettings {
  using Response = SessionView;
  static constexpr CommandInfo command{
      .method = "session.create",
      .cli = "session create",
      .route = post("/api/sessions", 201),
      .scope = Scope::sessions_write,
      .summary = "Create a session and start linking it.",
      .description =
          "The answer is held until the first QR is there, at most 20 seconds. A QR "
          "lives for 60 seconds; while nobody scans it, the session is connecting.",
      .returns = "The session, with its QR if there is one.",
      .errors = {ErrorCode::session_exists, ErrorCode::storage_unavailable}};
  std::string name;
  std::optional<std::string> description;
  static constexpr auto fields = std::tuple_cat(
      std::tuple{arg("name", &SessionCreate::name, "Name of the new session, unique in any case.",
                     length(1, 64), format(Format::session_name)),
                 field("description", &SessionCreate::description, "Free text about the session.",
                       length(0, 512), value_name("TEXT"))},
      SessionSettings::fields);
};

struct SessionGet {
  using Response = SessionView;
  static constexpr CommandInfo command{.method = "session.get",
                                       .cli = "session show",
                                       .route = get("/api/sessions/{session}"),
                                       .scope = Scope::sessions_read,
                                       .summary = "Show one session.",
                                       .returns = "The session, with its QR while one is live.",
                                       .errors = {ErrorCode::session_not_found}};
  std::string session;
  static constexpr auto fields = std::tuple{session_arg(&SessionGet::session)};
};

struct SessionPage {
  std::vector<SessionView> sessions;
  std::int64_t total = 0;
  static constexpr auto fields =
      std::tuple{field("sessions", &SessionPage::sessions, "The sessions by name, without QR."),
                 field("total", &SessionPage::total, "How many there are.")};
};

struct SessionList {
  using Response = SessionPage;
  static constexpr CommandInfo command{.method = "session.list",
                                       .cli = "session list",
                                       .route = get("/api/sessions"),
                                       .scope = Scope::sessions_read,
                                       .summary = "List the sessions.",
                                       .returns = "The sessions and their number.",
                                       .reach = Reach::filtered};
  std::optional<std::string> status;
  static constexpr auto fields = std::tuple{
      field("status", &SessionList::status, "Only sessions of this status.", one_of(kStatuses))};
};

struct SessionUpdate : SessionSettings {
  using Response = SessionView;
  static constexpr CommandInfo command{
      .method = "session.update",
      .cli = "session set",
      .route = patch("/api/sessions/{session}"),
      .scope = Scope::sessions_write,
      .summary = "Change name, description or settings of a session.",
      .description = "What is not given stays as it is. No restart is needed.",
      .returns = "The session as it is now.",
      .errors = {ErrorCode::session_not_found, ErrorCode::session_exists}};
  std::string session;
  std::optional<std::string> name;
  std::optional<std::string> description;
  static constexpr auto fields =
      std::tuple_cat(std::tuple{session_arg(&SessionUpdate::session),
                                field("name", &SessionUpdate::name, "New name.", length(1, 64),
                                      format(Format::session_name)),
                                field("description", &SessionUpdate::description,
                                      "New description; an empty one removes it.", length(0, 512),
                                      value_name("TEXT"))},
                     SessionSettings::fields);
};

struct Deleted {
  std::string id;
  bool deleted = false;
  bool unlinked = false;
  static constexpr auto fields =
      std::tuple{field("id", &Deleted::id, "Id of the session that is gone."),
                 field("deleted", &Deleted::deleted, "Always true."),
                 field("unlinked", &Deleted::unlinked,
                       "False: remove the device by hand on the phone, under Linked devices.")};
};

struct SessionDelete {
  using Response = Deleted;
  static constexpr CommandInfo command{
      .method = "session.delete",
      .cli = "session delete",
      .route = del("/api/sessions/{session}"),
      .scope = Scope::sessions_delete,
      .summary = "Delete a session with its keys and data.",
      .description = "A linked session is unlinked on the phone first. There is no way back.",
      .returns = "What was done.",
      .errors = {ErrorCode::session_not_found, ErrorCode::storage_unavailable}};
  std::string session;
  bool unlink = true;
  static constexpr auto fields =
      std::tuple{session_arg(&SessionDelete::session),
                 field("unlink", &SessionDelete::unlink,
                       "Unlink the device on the phone before deleting.", defaulted)};
};

struct QrView {
  std::string id;
  std::string status;
  std::optional<std::string> qrCode;
  std::optional<std::string> qrString;
  std::optional<std::string> expiresAt;
  static constexpr auto fields =
      std::tuple{field("id", &QrView::id, "Id of the session."),
                 field("status", &QrView::status, "Status of the session.", one_of(kStatuses)),
                 field("qrCode", &QrView::qrCode, "The QR as a PNG data URI; null if none came."),
                 field("qrString", &QrView::qrString, "The text inside the QR."),
                 field("expiresAt", &QrView::expiresAt, "When it stops being valid.")};
};

struct SessionQr {
  using Response = QrView;
  static constexpr CommandInfo command{
      .method = "session.qr",
      .cli = "session qr",
      .route = post("/api/sessions/{session}/qr"),
      .scope = Scope::sessions_write,
      .summary = "Get a fresh QR for a session that is not linked.",
      .description = "The answer is held until the QR is there, at most 20 seconds.",
      .returns = "The QR.",
      .errors = {ErrorCode::session_not_found, ErrorCode::already_connected,
                 ErrorCode::has_credentials, ErrorCode::session_banned}};
  std::string session;
  bool force = false;
  static constexpr auto fields =
      std::tuple{session_arg(&SessionQr::session),
                 field("force", &SessionQr::force,
                       "Give up the credentials of a linked session and link it anew.", defaulted)};
};

struct PairCode {
  std::string id;
  std::string code;
  std::string expiresAt;
  static constexpr auto fields =
      std::tuple{field("id", &PairCode::id, "Id of the session."),
                 field("code", &PairCode::code, "What to type on the phone, ABCD-EFGH."),
                 field("expiresAt", &PairCode::expiresAt, "When it stops being valid.")};
};

struct SessionPair {
  using Response = PairCode;
  static constexpr CommandInfo command{
      .method = "session.pair",
      .cli = "session pair",
      .route = post("/api/sessions/{session}/pairing-code"),
      .scope = Scope::sessions_write,
      .summary = "Get a code that links the session when it is typed on the phone.",
      .description = "On the phone: Linked devices, Link a device, Link with phone number instead.",
      .returns = "The pairing code.",
      .errors = {ErrorCode::session_not_found, ErrorCode::invalid_phone_number,
                 ErrorCode::already_connected, ErrorCode::has_credentials,
                 ErrorCode::whatsapp_error, ErrorCode::whatsapp_timeout}};
  std::string session;
  std::string phoneNumber;
  static constexpr auto fields = std::tuple{session_arg(&SessionPair::session),
                                            arg("phoneNumber", &SessionPair::phoneNumber,
                                                "Number of the account's phone, with country code.",
                                                length(1, 32), value_name("NUMBER"))};
};

struct SessionReconnect {
  using Response = SessionView;
  static constexpr CommandInfo command{
      .method = "session.reconnect",
      .cli = "session reconnect",
      .route = post("/api/sessions/{session}/reconnect", 202),
      .scope = Scope::sessions_write,
      .summary = "Connect a linked session now.",
      .description = "Starts the reconnect ladder anew. Nothing happens to a connected session.",
      .returns = "The session.",
      .errors = {ErrorCode::session_not_found, ErrorCode::no_credentials,
                 ErrorCode::session_banned}};
  std::string session;
  static constexpr auto fields = std::tuple{session_arg(&SessionReconnect::session)};
};

struct SessionDisconnect {
  using Response = SessionView;
  static constexpr CommandInfo command{
      .method = "session.disconnect",
      .cli = "session disconnect",
      .route = post("/api/sessions/{session}/disconnect"),
      .scope = Scope::sessions_write,
      .summary = "Close the connection and stay down.",
      .description = "The session stays linked, and down over restarts, until it is reconnected.",
      .returns = "The session.",
      .errors = {ErrorCode::session_not_found}};
  std::string session;
  static constexpr auto fields = std::tuple{session_arg(&SessionDisconnect::session)};
};

struct SessionLogout {
  using Response = SessionView;
  static constexpr CommandInfo command{
      .method = "session.logout",
      .cli = "session logout",
      .route = post("/api/sessions/{session}/logout"),
      .scope = Scope::sessions_delete,
      .summary = "Unlink the session from its account and keep the session.",
      .description = "Its credentials are destroyed; link it again with a QR or a code.",
      .returns = "The session.",
      .errors = {ErrorCode::session_not_found, ErrorCode::no_credentials, ErrorCode::whatsapp_error,
                 ErrorCode::whatsapp_timeout}};
  std::string session;
  static constexpr auto fields = std::tuple{session_arg(&SessionLogout::session)};
};

}  // namespace wasphere::ipc
