// Messages on their way, as the command line follows them: when they go, how long they may take,
// and waiting until they have got somewhere.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/context.h"

namespace wasphere::cli {

// --at, --ttl, --key, --require-connected and --wait: of every command that sends.
std::vector<Option> delivery_options();
// The parameters they mean.
Status add_delivery(const Context& context, nlohmann::json& params);

// Unix milliseconds or ISO text of "2026-05-25T08:00:00Z", "1779704400000" or "+10m".
Result<nlohmann::json> start_of(const std::string& text, UnixTime now);

// Sends by that operation, waits as --wait says, and prints what came of it. The exit code:
// 0, or an error whose code says how it ended.
Result<int> deliver(Context& context, std::string_view method, const nlohmann::json& params);
// Until the message has got as far as `goal`, at most as long as --timeout says.
Result<int> follow(Context& context, const std::string& session, const std::string& id,
                   const std::string& goal);
// Each status that it gets to, until it has been read, has ended, or --timeout is over.
Result<int> watch(Context& context, const std::string& session, const std::string& id);

}  // namespace wasphere::cli
