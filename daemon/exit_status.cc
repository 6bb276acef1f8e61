#include "daemon/exit_status.h"

namespace wasphere {

ExitStatus exit_status_for(ErrorCode code) {
  switch (code) {
    case ErrorCode::state_locked:
      return ExitStatus::unavailable;
    case ErrorCode::state_insecure:
      return ExitStatus::permission;
    case ErrorCode::config_invalid:
    case ErrorCode::network_mismatch:
      return ExitStatus::config;
    case ErrorCode::key_missing:
    case ErrorCode::key_mismatch:
    case ErrorCode::storage_unavailable:
    case ErrorCode::storage_corrupt:
    case ErrorCode::io_error:
      return ExitStatus::io;
    // The rest cannot end a daemon; if one does, that is a bug.
    default:
      return ExitStatus::internal;
  }
}

}  // namespace wasphere
