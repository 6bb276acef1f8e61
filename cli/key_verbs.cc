#include "cli/key_verbs.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/clock.h"
#include "cli/compose.h"
#include "cli/context.h"
#include "cli/duration.h"
#include "cli/print.h"
#include "cli/values.h"
#include "ipc/commands.h"

namespace wasphere::cli {
namespace {

using nlohmann::json;

// A time, or how long from now, as the time the daemon wants; "never" as null.
Result<json> expiry(const std::string& text) {
  if (text == "never") return json();
  if (parse_iso_time(text)) return json(text);
  auto duration = parse_duration(text);
  if (!duration) {
    return fail(Error{.code = ErrorCode::validation_failed,
                      .message = "'" + text + "' is neither a duration nor a time.",
                      .remedy = "Give --expires as 90d, 12h or 2030-01-31T12:00:00Z."});
  }
  return json(utc_time(wall_time() + *duration));
}

// The session of the general option --session: a variable of the environment must not bind a key
// silently.
Result<std::optional<std::string>> named_session(const Context& context) {
  const auto& sessions = context.settings().sessions;
  if (sessions.size() > 1) {
    return fail(Error{.code = ErrorCode::validation_failed,
                      .message = "A key reaches one session or all of them.",
                      .remedy = "Name one session with --session, or none."});
  }
  if (sessions.empty()) return std::optional<std::string>();
  return std::optional(sessions.front());
}

Result<int> run_with_words(Context& context) {
  const ipc::CommandType* command = ipc::find_method(context.verb().method);
  WS_TRY(json params, typed_params(context.verb(), context.values()));
  WS_TRY(const auto session, named_session(context));
  if (session) params["sessionId"] = *session == "any" ? json() : json(*session);
  if (params.contains("expiresAt")) {
    WS_TRY(params["expiresAt"], expiry(params["expiresAt"].get<std::string>()));
  }
  WS_TRY(const json result, context.call(*command, params));
  print_result(context, *command, result);
  return 0;
}

void reword(Verb& verb) {
  verb.run = &run_with_words;
  std::erase_if(verb.options, [](const Option& option) { return option.name == "sessionId"; });
  for (Option& option : verb.options) {
    if (option.name == "permissions") option.flag = "--scope";
    if (option.name != "expiresAt") continue;
    option.flag = "--expires";
    option.doc = "When it stops to work: 90d, a time like 2030-01-31T12:00:00Z, or never.";
  }
}

}  // namespace

void compose_key_verbs(std::vector<Verb>& verbs) {
  Verb& create = verb_at(verbs, "key create");
  reword(create);
  create.details += " With --session it reaches that session only.";
  Verb& update = verb_at(verbs, "key update");
  reword(update);
  update.details += " With --session it reaches that session only, with --session any all of them.";
}

}  // namespace wasphere::cli
