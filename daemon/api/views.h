// Domain values as the public objects of ipc/.
#pragma once

#include <optional>
#include <string>

#include "daemon/session/session_manager.h"
#include "ipc/commands.h"

namespace wasphere::api {

enum class WithQr : std::uint8_t { no, yes };  // lists never carry QR images

ipc::SessionView session_view(const session::SessionSnapshot& snapshot, WithQr with_qr);
ipc::QrView qr_view(const session::SessionSnapshot& snapshot);
// One more session of that status.
void count_session(ipc::SessionCounts& counts, store::Status status);
// Empty text and time 0 become null.
std::optional<std::string> optional_text(const std::string& text);
std::optional<std::string> optional_time(std::int64_t unix_ms);

}  // namespace wasphere::api
