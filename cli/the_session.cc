#include "cli/the_session.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/member.h"

namespace wasphere::cli {
namespace {

using nlohmann::json;

// What the caller said; nothing if he left it open.
Result<std::optional<std::string>> named_session(const Context& context) {
  const Settings& settings = context.settings();
  if (settings.sessions.size() > 1)
    return fail(
        Error{.code = ErrorCode::validation_failed,
              .message = "'" + verb_name(context.verb().path) + "' takes one session, not several.",
              .remedy = "Name one session with -s."});
  if (!settings.sessions.empty()) return settings.sessions.front();
  return settings.default_session;
}

Error no_choice(const json& sessions) {
  Error error{ErrorCode::validation_failed, {}};
  if (sessions.empty()) {
    error.message = "There is no session yet.";
    error.remedy = "Create and link one with 'wasphere link NAME'.";
    return error;
  }
  error.message = "There are " + std::to_string(sessions.size()) + " sessions.";
  error.remedy = "Name one with -s, or in WASPHERE_SESSION.";
  return error;
}

}  // namespace

Result<std::string> the_session(Context& context) {
  WS_TRY(const auto named, named_session(context));
  if (named) return *named;
  auto client = context.connect_daemon();
  if (!client) return fail(std::move(client).error());
  WS_TRY(const json answer, context.call(*client, "session.list", json::object()));
  const json& sessions = member(answer, "sessions");
  if (sessions.is_array() && sessions.size() == 1) return text_member(sessions[0], "id");
  return fail(no_choice(sessions));
}

Status add_session(Context& context, const ipc::CommandType& command, json& params) {
  const auto fields = command.params->fields;
  const auto field = std::find_if(fields.begin(), fields.end(), [](const ipc::FieldInfo& info) {
    return info.name == "sessionId";
  });
  if (field == fields.end() || params.contains("sessionId")) return {};
  if (field->required()) {
    WS_TRY(params["sessionId"], the_session(context));
    return {};
  }
  WS_TRY(const auto named, named_session(context));
  if (named) params["sessionId"] = *named;
  return {};
}

}  // namespace wasphere::cli
