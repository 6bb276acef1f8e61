// Messages as people see them, from the JSON the daemon sends.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cli/session_view.h"

namespace wasphere::cli {

// "447700900123@s.whatsapp.net" as "+447700900123"; other addresses unchanged.
std::string readable_address(const std::string& jid);
// What a message says in one line: its text, else "[image]".
std::string message_line(const nlohmann::json& message);

std::string render_messages(const nlohmann::json& messages, bool colour);
std::string render_queue(const nlohmann::json& items, bool colour);
std::string render_groups(const nlohmann::json& groups, bool colour);
// The group and below it its members.
std::string render_group(const nlohmann::json& group, bool colour);

}  // namespace wasphere::cli
