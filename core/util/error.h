// One error vocabulary for the whole product. The table in error.cc maps every code to its public
// name, HTTP status, JSON-RPC number, CLI exit code and remedy; it is also the documentation of
// them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasphere {

enum class ErrorCode : std::uint8_t {
  // the caller's input
  validation_failed,
  invalid_json,
  invalid_request,
  unknown_method,
  invalid_recipient,
  invalid_phone_number,
  invalid_media,
  ssrf_blocked,
  payload_too_large,
  method_not_allowed,
  unsupported_media_type,
  // who may do what
  unauthorized,
  forbidden,
  forbidden_scope,
  forbidden_session,
  forbidden_address,
  // what exists
  not_found,
  session_not_found,
  session_exists,
  message_not_found,
  group_not_found,
  key_not_found,
  webhook_not_found,
  delivery_not_found,
  job_not_found,
  not_on_whatsapp,
  // what was asked before
  conflict,
  idempotency_mismatch,
  idempotency_in_flight,
  edit_window_expired,
  // the state of a session
  already_connected,
  no_credentials,
  has_credentials,
  session_banned,
  session_not_connected,
  needs_person,
  account_changed,
  // the other side (WhatsApp or the sandbox)
  whatsapp_error,
  whatsapp_timeout,
  upstream_error,
  upstream_timeout,
  network_unreachable,
  certificate_rejected,
  protocol_error,
  crypto_error,
  // limits and life cycle
  rate_limited,
  queue_full,
  timed_out,
  shutting_down,
  not_supported,
  daemon_unreachable,
  // this host
  config_invalid,
  key_missing,
  key_mismatch,
  state_locked,
  state_insecure,
  network_mismatch,
  storage_unavailable,
  storage_corrupt,
  io_error,
  // a bug
  internal,
};

struct FieldError {
  std::string pointer;  // JSON Pointer to the offending member, "/msgDelayMaxMs"
  std::string code;     // REQUIRED, UNKNOWN, TYPE, RANGE, LENGTH, FORMAT
  std::string message;
};

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;  // one sentence for a person; never a secret, never hostile input
  std::vector<FieldError> fields{};  // only for validation_failed
  std::int64_t retry_after_ms = 0;   // 0: unknown
  std::string remedy{};              // what to do; empty: the table's remedy for the code
};

struct ErrorInfo {
  ErrorCode code;
  std::string_view name;  // SCREAMING_SNAKE, public and stable
  int http_status;
  int rpc_code;             // JSON-RPC 2.0 error number
  int exit_code;            // CLI exit code
  std::string_view title;   // what the class of error means
  std::string_view remedy;  // what the reader can do about it
};

const ErrorInfo& error_info(ErrorCode code);
std::span<const ErrorInfo> all_errors();
// The code with that public name; internal if there is none.
ErrorCode error_from_name(std::string_view name);
// "while opening the store: " in front of the message; code and fields stay.
Error with_context(Error error, std::string_view doing);

}  // namespace wasphere
