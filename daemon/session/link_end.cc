#include "daemon/session/link_end.h"

namespace wasphere::session {
namespace {

EndKind kind_of(stanza::EndClass end) {
  switch (end) {
    case stanza::EndClass::restart:
      return EndKind::restart;
    case stanza::EndClass::retry:
      return EndKind::retry;
    case stanza::EndClass::logged_out:
      return EndKind::logged_out;
    case stanza::EndClass::replaced:
      return EndKind::replaced;
    case stanza::EndClass::banned_temporary:
      return EndKind::banned_temporary;
    case stanza::EndClass::banned_permanent:
      return EndKind::banned_permanent;
    case stanza::EndClass::banned_locked:
      return EndKind::banned_locked;
    case stanza::EndClass::outdated:
      return EndKind::outdated;
    case stanza::EndClass::refused:
      return EndKind::refused;
    case stanza::EndClass::multidevice_off:
      return EndKind::multidevice_off;
  }
  return EndKind::retry;
}

bool is_storage(ErrorCode code) {
  return code == ErrorCode::storage_unavailable || code == ErrorCode::storage_corrupt ||
         code == ErrorCode::key_missing || code == ErrorCode::key_mismatch ||
         code == ErrorCode::io_error;
}

std::string reason_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::network_unreachable:
      return "network_unreachable";
    case ErrorCode::protocol_error:
    case ErrorCode::crypto_error:
    case ErrorCode::payload_too_large:
      return "protocol_error";
    case ErrorCode::whatsapp_timeout:
    case ErrorCode::timed_out:
      return "timed_out";
    case ErrorCode::whatsapp_error:
      return "request_refused";
    default:
      return "connection_lost";
  }
}

}  // namespace

LinkEnd end_of(const stanza::StreamEnd& end) {
  std::string message = "the server ended the stream";
  if (end.code != 0) message += " with code " + std::to_string(end.code);
  return {kind_of(end.kind), end.reason, std::move(message), end.ban_code, end.ban_seconds};
}

LinkEnd end_of(const Error& error) {
  if (error.code == ErrorCode::certificate_rejected)
    return {EndKind::certificate_rejected, "certificate_rejected", error.message};
  if (is_storage(error.code)) return {EndKind::store_failed, "store_error", error.message};
  return {EndKind::retry, reason_of(error.code), error.message};
}

}  // namespace wasphere::session
