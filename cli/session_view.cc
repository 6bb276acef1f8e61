#include "cli/session_view.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "cli/duration.h"
#include "cli/member.h"
#include "ipc/json.h"

namespace wasphere::cli {
namespace {

using nlohmann::json;
using Fields = std::vector<std::pair<std::string, Cell>>;

// How a session stands and what gets it going again. NAME is replaced by the session's name.
struct Detail {
  std::string_view name;
  ErrorCode code;  // of a command that waited for the session
  std::string_view sentence;
  std::string_view remedy;
};

constexpr std::string_view kScan = "Run 'wasphere session qr NAME' and scan the QR.";
constexpr std::string_view kReconnect =
    "Run 'wasphere session reconnect NAME' to connect it again.";

constexpr std::array kDetails{
    Detail{"never_linked", ErrorCode::needs_person, "it has never been linked", kScan},
    Detail{"qr_expired", ErrorCode::needs_person, "the QR expired before it was scanned", kScan},
    Detail{"connect_failed", ErrorCode::network_unreachable, "WhatsApp could not be reached",
           "Check the host's network and network.url, then run 'wasphere link NAME'."},
    Detail{"user", ErrorCode::needs_person, "somebody disconnected it", kReconnect},
    Detail{"retries_exhausted", ErrorCode::needs_person, "every attempt to reconnect failed",
           kReconnect},
    Detail{"logged_out", ErrorCode::needs_person, "it was unlinked from the account", kScan},
    Detail{"replaced", ErrorCode::needs_person, "another client uses the same credentials",
           "Stop the other client, then run 'wasphere session reconnect NAME'."},
    Detail{"client_outdated", ErrorCode::needs_person, "WhatsApp no longer accepts this version",
           "Upgrade WaSphere."},
    Detail{"client_rejected", ErrorCode::needs_person, "WhatsApp refused this client",
           "Upgrade WaSphere, or report it with the daemon's log."},
    Detail{"store_error", ErrorCode::storage_unavailable, "the daemon could not store its keys",
           "Free disk space and check the daemon's log, then run 'wasphere link NAME'."},
    Detail{"certificate_rejected", ErrorCode::certificate_rejected,
           "the server's certificate is not signed by the configured root",
           "Check network.url and network.noise_root: somebody may be in between."},
};

const Detail* detail_named(std::string_view name) {
  const auto* found = std::ranges::find(kDetails, name, &Detail::name);
  return found == kDetails.end() ? nullptr : found;
}

std::string with_name(std::string_view text, const std::string& name) {
  std::string out(text);
  if (const auto at = out.find("NAME"); at != std::string::npos) out.replace(at, 4, name);
  return out;
}

std::string scalar_text(const json& object, std::string_view name) {
  const json& value = member(object, name);
  if (value.is_null()) return "";
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  return value.is_string() ? value.get<std::string>() : ipc::dump_json(value);
}

Row session_row(const json& session) {
  const std::string status = text_member(session, "status");
  const std::string detail = text_member(session, "statusDetail");
  return {{text_member(session, "name")},
          {status, tone_of(status, detail)},
          {detail},
          {text_member(session, "phoneNumber")},
          {readable_time(text_member(session, "lastSeenAt"))},
          {text_member(session, "description")}};
}

void add_settings(Fields& fields, const json& session) {
  const std::string pause = scalar_text(session, "msgDelayMinMs") + " to " +
                            scalar_text(session, "msgDelayMaxMs") + " ms between messages";
  fields.push_back({"pacing", {pause}});
  fields.push_back({"rate limit", {scalar_text(session, "rateLimitPerMin") + " a minute"}});
  fields.push_back({"typing", {scalar_text(session, "typingSimulation")}});
  fields.push_back({"auto read", {scalar_text(session, "autoReadOnReceive")}});
  fields.push_back({"receive", {scalar_text(session, "receiveEnabled")}});
}

void add_troubles(Fields& fields, const json& session) {
  const json& reconnect = member(session, "reconnect");
  if (int_member(reconnect, "attempt") > 0) {
    fields.push_back({"reconnect",
                      {"attempt " + scalar_text(reconnect, "attempt") + " of " +
                       scalar_text(reconnect, "maxAttempts") + ", next " +
                       readable_time(scalar_text(reconnect, "nextAttemptAt"))}});
  }
  const json& ban = member(session, "ban");
  if (!ban.is_object()) return;
  fields.push_back(
      {"ban", {text_member(ban, "kind") + " " + text_member(ban, "message"), Tone::bad}});
  fields.push_back({"ban ends", {readable_time(text_member(ban, "expiresAt"))}});
}

// "3 waiting, held"; empty when there is nothing to tell.
std::string queue_line(const json& queue) {
  const std::int64_t waiting = int_member(queue, "pending");
  const std::string held = member(queue, "held") == true ? "held" : "";
  if (waiting == 0) return held;
  return std::to_string(waiting) + " waiting" + (held.empty() ? "" : ", " + held);
}

}  // namespace

std::string readable_time(const std::string& iso) {
  const auto time = parse_iso_time(iso);
  return time ? local_time(*time) : iso;
}

bool needs_person(std::string_view status, std::string_view detail) {
  if (status == "banned") return true;
  // Somebody asked for this one.
  if (status == "disconnected") return detail != "user";
  return detail == "awaiting_qr" || detail == "awaiting_pairing_code" ||
         detail == "passkey_required";
}

Tone tone_of(std::string_view status, std::string_view detail) {
  if (status == "connected") return Tone::good;
  if (status == "connecting" || status == "reconnecting") return Tone::busy;
  return needs_person(status, detail) ? Tone::bad : Tone::dim;
}

Error end_of_session(const std::string& name, std::string_view detail, const std::string& reason) {
  const Detail* known = detail_named(detail);
  if (known == nullptr) {
    const std::string why = reason.empty() ? std::string(detail) : reason;
    return {.code = ErrorCode::needs_person,
            .message = "'" + name + "' is not connected: " + why,
            .remedy = "See 'wasphere session show " + name + "'."};
  }
  return {.code = known->code,
          .message = "'" + name + "' is not connected: " + std::string(known->sentence) + ".",
          .remedy = with_name(known->remedy, name)};
}

Error ban_of_session(const std::string& name, std::string_view kind, const std::string& expires_at,
                     const std::string& message) {
  const std::string what = kind == "locked" ? "is locked" : "is banned (" + std::string(kind) + ")";
  const std::string until = expires_at.empty() ? "" : " until " + readable_time(expires_at);
  return {.code = ErrorCode::session_banned,
          .message = "The account of '" + name + "' " + what + until +
                     (message.empty() ? "." : ": " + message),
          .remedy = kind == "temporary"
                        ? "Wait until it ends, then run 'wasphere session reconnect " + name + "'."
                        : "Open WhatsApp on the phone and follow what it says."};
}

std::string render_sessions(const json& sessions, bool colour) {
  std::vector<Row> rows;
  for (const auto& session : sessions) rows.push_back(session_row(session));
  return render_table({"NAME", "STATUS", "DETAIL", "PHONE", "LAST SEEN", "DESCRIPTION"}, rows,
                      colour);
}

std::string render_session(const json& session, bool colour) {
  const std::string status = text_member(session, "status");
  const std::string detail = text_member(session, "statusDetail");
  Fields fields{{"name", {text_member(session, "name")}},
                {"id", {text_member(session, "id")}},
                {"description", {text_member(session, "description")}},
                {"status", {status, tone_of(status, detail)}},
                {"detail", {detail}},
                {"reason", {text_member(session, "statusReason")}},
                {"phone", {text_member(session, "phoneNumber")}},
                {"push name", {text_member(session, "pushName")}},
                {"jid", {text_member(session, "jid")}},
                {"lid", {text_member(session, "lid")}},
                {"connected", {readable_time(text_member(session, "connectedAt"))}},
                {"last seen", {readable_time(text_member(session, "lastSeenAt"))}},
                {"created", {readable_time(text_member(session, "createdAt"))}},
                {"queue", {queue_line(member(session, "queue"))}}};
  add_settings(fields, session);
  add_troubles(fields, session);
  return render_fields(fields, colour);
}

}  // namespace wasphere::cli
