// Which session a command about messages is for.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cli/context.h"

namespace wasphere::cli {

// --session, else WASPHERE_SESSION, else the only one the daemon has. validation_failed if that
// leaves a choice.
Result<std::string> the_session(Context& context);
// Sets the member sessionId if the operation takes one: required ones always, others when the
// caller named a session.
Status add_session(Context& context, const ipc::CommandType& command, nlohmann::json& params);

}  // namespace wasphere::cli
