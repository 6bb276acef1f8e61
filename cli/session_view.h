// Sessions as people see them, from the JSON the daemon sends.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/table.h"
#include "core/util/error.h"

namespace wasphere::cli {

// An ISO time in local form; any other text unchanged.
std::string readable_time(const std::string& iso);

// Whether somebody has to do something before the session works again.
bool needs_person(std::string_view status, std::string_view detail);
Tone tone_of(std::string_view status, std::string_view detail);
// Why a session with this statusDetail does not work, and what to do: the error of a command that
// waited for it. `reason` is the daemon's own sentence, may be empty.
Error end_of_session(const std::string& name, std::string_view detail, const std::string& reason);
// The same for a ban of that kind ("temporary", "permanent", "locked").
Error ban_of_session(const std::string& name, std::string_view kind, const std::string& expires_at,
                     const std::string& message);

std::string render_sessions(const nlohmann::json& sessions, bool colour);
std::string render_session(const nlohmann::json& session, bool colour);

}  // namespace wasphere::cli
