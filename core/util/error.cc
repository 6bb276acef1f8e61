#include "core/util/error.h"

#include <algorithm>
#include <array>

namespace wasphere {
namespace {

using E = ErrorCode;

// Exit codes: 1 bug, 2 usage, 3 daemon away, 4 not allowed, 5 unknown, 6 needs a person, 7 refused
// for good, 8 try later, 9 time ran out, 10 conflict, 12 unsupported, 13 local I/O. RPC numbers of
// our own are -31000 minus the exit code; the rest are JSON-RPC's.
constexpr std::array kErrors{
    ErrorInfo{E::validation_failed, "VALIDATION_FAILED", 400, -32602, 2,
              "A field is missing, unknown or has a bad value.",
              "Correct the fields listed and call again."},
    ErrorInfo{E::invalid_json, "INVALID_JSON", 400, -32700, 2, "The request is not valid JSON.",
              "Send one complete JSON object per line, in UTF-8."},
    ErrorInfo{E::invalid_request, "INVALID_REQUEST", 400, -32600, 2,
              "The request is not a JSON-RPC 2.0 call.",
              "Send {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":…,\"params\":{…}}."},
    ErrorInfo{E::unknown_method, "UNKNOWN_METHOD", 404, -32601, 2, "There is no such operation.",
              "See 'wasphere rpc list' for the operations of this daemon."},
    ErrorInfo{E::invalid_recipient, "INVALID_RECIPIENT", 400, -31002, 2,
              "The recipient is neither a number nor a JID.",
              "Use +<country><number> or a full JID."},
    ErrorInfo{E::invalid_phone_number, "INVALID_PHONE_NUMBER", 400, -31002, 2,
              "The phone number is not in international form.",
              "Use +<country><number>, 6 to 15 digits."},
    ErrorInfo{E::invalid_media, "INVALID_MEDIA", 400, -31002, 2,
              "The file is not of the kind that was named.", "Send a file of the right kind."},
    ErrorInfo{E::ssrf_blocked, "SSRF_BLOCKED", 422, -31002, 2,
              "The address may not be reached from here.",
              "Use a public https address, or allow its network with ssrf.allow_cidrs."},
    ErrorInfo{E::payload_too_large, "PAYLOAD_TOO_LARGE", 413, -31002, 2,
              "The request is larger than this daemon accepts.", "Send less in one request."},
    ErrorInfo{E::method_not_allowed, "METHOD_NOT_ALLOWED", 405, -31002, 2,
              "The path does not take this HTTP method.", "See the Allow header."},
    ErrorInfo{E::unsupported_media_type, "UNSUPPORTED_MEDIA_TYPE", 415, -31002, 2,
              "The body is not of a content type that is read here.",
              "Send application/json in UTF-8."},
    ErrorInfo{E::unauthorized, "UNAUTHORIZED", 401, -31004, 4, "The caller is not known.",
              "Use a valid key, or a user that may open the socket."},
    ErrorInfo{E::forbidden, "FORBIDDEN", 403, -31004, 4, "The caller may not do this.",
              "Ask for the missing right, or run as a user of the daemon's group."},
    ErrorInfo{E::forbidden_scope, "FORBIDDEN_SCOPE", 403, -31004, 4,
              "The key lacks the scope for this operation.", "Use a key that has the scope named."},
    ErrorInfo{E::forbidden_session, "FORBIDDEN_SESSION", 403, -31004, 4,
              "The key belongs to another session.",
              "Use a key of this session, or an unbound one."},
    ErrorInfo{E::forbidden_address, "FORBIDDEN_IP", 403, -31004, 4,
              "This address may not call the listener.", "See rest.allow_ips."},
    ErrorInfo{E::not_found, "NOT_FOUND", 404, -31005, 5, "There is no such thing.",
              "Check the name."},
    ErrorInfo{E::session_not_found, "SESSION_NOT_FOUND", 404, -31005, 5,
              "No session has this name or id.", "See 'wasphere session list'."},
    ErrorInfo{E::session_exists, "SESSION_EXISTS", 409, -31010, 10,
              "A session of this name exists already.",
              "Choose another name, or use 'wasphere link NAME' to link the existing one."},
    ErrorInfo{E::message_not_found, "MESSAGE_NOT_FOUND", 404, -31005, 5, "No message has this id.",
              "See 'wasphere message list'."},
    ErrorInfo{E::group_not_found, "GROUP_NOT_FOUND", 404, -31005, 5,
              "There is no such group, or the account is not in it.", "See 'wasphere group list'."},
    ErrorInfo{E::key_not_found, "KEY_NOT_FOUND", 404, -31005, 5, "No API key has this id.",
              "See 'wasphere key list'."},
    ErrorInfo{E::webhook_not_found, "WEBHOOK_NOT_FOUND", 404, -31005, 5, "No webhook has this id.",
              "See 'wasphere webhook list'."},
    ErrorInfo{E::delivery_not_found, "DELIVERY_NOT_FOUND", 404, -31005, 5,
              "No delivery has this id.", "See 'wasphere webhook deliveries'."},
    ErrorInfo{E::job_not_found, "JOB_NOT_FOUND", 404, -31005, 5, "No job has this id.",
              "Check the id."},
    ErrorInfo{E::not_on_whatsapp, "NOT_ON_WHATSAPP", 422, -31007, 7,
              "The number is not on WhatsApp.", "Check the number with 'wasphere contact check'."},
    ErrorInfo{E::conflict, "CONFLICT", 409, -31010, 10,
              "The thing is not in a state that allows this.", "Look at its state first."},
    ErrorInfo{E::idempotency_mismatch, "IDEMPOTENCY_MISMATCH", 422, -31010, 10,
              "The idempotency key was used with another request.",
              "Use a new key for a new request."},
    ErrorInfo{E::idempotency_in_flight, "IDEMPOTENCY_IN_FLIGHT", 409, -31010, 10,
              "A request with this idempotency key is still being worked on.",
              "Wait a moment and repeat it."},
    ErrorInfo{E::edit_window_expired, "EDIT_WINDOW_EXPIRED", 422, -31007, 7,
              "The message is too old to be changed.", "Send a new message."},
    ErrorInfo{E::already_connected, "ALREADY_CONNECTED", 409, -31010, 10,
              "The session is linked and connected.",
              "Nothing to do; 'wasphere session logout NAME' unlinks it."},
    ErrorInfo{E::no_credentials, "NO_CREDENTIALS", 409, -31006, 6,
              "The session is not linked to an account.",
              "Run 'wasphere session qr NAME' and scan the QR."},
    ErrorInfo{E::has_credentials, "HAS_CREDENTIALS", 409, -31010, 10,
              "The session is linked to an account already.",
              "Use 'wasphere session reconnect NAME', or --force to link it anew."},
    ErrorInfo{
        E::session_banned, "SESSION_BANNED", 409, -31006, 6,
        "WhatsApp has banned or locked this account.",
        "Open WhatsApp on the phone and follow what it says; see 'wasphere session show NAME'."},
    ErrorInfo{E::session_not_connected, "SESSION_NOT_CONNECTED", 409, -31008, 8,
              "The session is not connected now.",
              "Try again later, or run 'wasphere session reconnect NAME'."},
    ErrorInfo{E::needs_person, "NEEDS_PERSON", 409, -31006, 6, "The session waits for a person.",
              "See 'wasphere session show NAME' for what it waits for."},
    ErrorInfo{E::account_changed, "ACCOUNT_CHANGED", 409, -31007, 7,
              "The session is linked to another account than the message was queued for.",
              "Send it again if this account shall send it."},
    ErrorInfo{E::whatsapp_error, "WHATSAPP_ERROR", 502, -31007, 7, "WhatsApp refused the request.",
              "Do not retry unchanged."},
    ErrorInfo{E::whatsapp_timeout, "WHATSAPP_TIMEOUT", 504, -31008, 8,
              "WhatsApp did not answer in time.", "Try again."},
    ErrorInfo{E::upstream_error, "UPSTREAM_ERROR", 502, -31007, 7,
              "The other server did not give what was asked.", "Check the address."},
    ErrorInfo{E::upstream_timeout, "UPSTREAM_TIMEOUT", 504, -31008, 8,
              "The other server did not answer in time.", "Try again."},
    ErrorInfo{E::network_unreachable, "NETWORK_UNREACHABLE", 502, -31008, 8,
              "The WhatsApp network cannot be reached.",
              "Check the host's network, DNS and firewall, and network.url in the configuration."},
    ErrorInfo{E::certificate_rejected, "CERTIFICATE_REJECTED", 502, -31007, 7,
              "The server's certificate chain is not signed by the configured root.",
              "Check network.url and network.noise_root: somebody may be in between."},
    ErrorInfo{E::protocol_error, "PROTOCOL_ERROR", 502, -31007, 7,
              "The other side broke the protocol.", "Report it with the daemon's log."},
    ErrorInfo{E::crypto_error, "CRYPTO_ERROR", 502, -31007, 7,
              "A signature, key or ciphertext is wrong.", "Report it with the daemon's log."},
    ErrorInfo{E::rate_limited, "RATE_LIMITED", 429, -31008, 8, "Too many requests.",
              "Wait for the time given and try again."},
    ErrorInfo{E::queue_full, "QUEUE_FULL", 429, -31008, 8, "The queue is full.",
              "Wait until it has drained."},
    ErrorInfo{E::timed_out, "TIMED_OUT", 504, -31009, 9, "The time allowed ran out.",
              "Work goes on in the daemon; ask again for its state."},
    ErrorInfo{E::shutting_down, "SHUTTING_DOWN", 503, -31008, 8, "The daemon is stopping.",
              "Try again when it is up."},
    ErrorInfo{E::not_supported, "NOT_SUPPORTED", 501, -31012, 12, "This daemon cannot do that.",
              "See 'wasphere rpc list'; upgrade the daemon if it is older than the client."},
    ErrorInfo{E::daemon_unreachable, "DAEMON_UNREACHABLE", 503, -31003, 3,
              "The daemon does not answer on its socket.",
              "Start it ('systemctl start wasphered'), or name its socket with --socket."},
    ErrorInfo{E::config_invalid, "CONFIG_INVALID", 500, -31002, 2,
              "The configuration is not valid.",
              "Correct it; 'wasphered --check-config' checks it without starting."},
    ErrorInfo{E::key_missing, "KEY_MISSING", 500, -31013, 13,
              "The master key file is missing or unreadable.",
              "Restore the key file: without it the stored accounts cannot be used."},
    ErrorInfo{E::key_mismatch, "KEY_MISMATCH", 500, -31013, 13,
              "The master key is not the one the state was sealed with.",
              "Restore the right key file."},
    ErrorInfo{E::state_locked, "STATE_LOCKED", 500, -31010, 10,
              "Another daemon uses this state directory.",
              "Stop the other daemon, or use another state directory."},
    ErrorInfo{E::state_insecure, "STATE_INSECURE", 500, -31004, 4,
              "The state directory can be read by others.",
              "Make it private: chmod 0700 on directories, 0600 on files."},
    ErrorInfo{E::network_mismatch, "NETWORK_MISMATCH", 500, -31010, 10,
              "The state directory belongs to another network.",
              "Use a state directory of its own for each network."},
    ErrorInfo{E::storage_unavailable, "STORAGE_UNAVAILABLE", 503, -31013, 13,
              "The database cannot be written.",
              "Free disk space and check the file system; nothing accepted was lost."},
    ErrorInfo{E::storage_corrupt, "STORAGE_CORRUPT", 500, -31013, 13, "The database is damaged.",
              "Restore a backup; the damaged file is left as it is."},
    ErrorInfo{E::io_error, "IO_ERROR", 500, -31013, 13, "A file or socket on this host failed.",
              "See the message for which one."},
    ErrorInfo{E::internal, "INTERNAL", 500, -32603, 1, "A bug in WaSphere.",
              "Please report it with the daemon's log."},
};

}  // namespace

std::span<const ErrorInfo> all_errors() {
  return kErrors;
}

const ErrorInfo& error_info(ErrorCode code) {
  const auto* found = std::find_if(kErrors.begin(), kErrors.end(),
                                   [&](const ErrorInfo& info) { return info.code == code; });
  return found == kErrors.end() ? kErrors.back() : *found;
}

ErrorCode error_from_name(std::string_view name) {
  const auto* found = std::find_if(kErrors.begin(), kErrors.end(),
                                   [&](const ErrorInfo& info) { return info.name == name; });
  return found == kErrors.end() ? ErrorCode::internal : found->code;
}

Error with_context(Error error, std::string_view doing) {
  error.message = std::string(doing) + ": " + error.message;
  return error;
}

}  // namespace wasphere
