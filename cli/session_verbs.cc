#include "cli/session_verbs.h"

#include <nlohmann/json.hpp>

#include "cli/compose.h"
#include "cli/context.h"
#include "cli/member.h"
#include "cli/print.h"
#include "cli/registry.h"
#include "cli/values.h"
#include "ipc/commands.h"

namespace wasphere::cli {
namespace {

using nlohmann::json;

constexpr int kDeclinedExit = 130;

// Whether the caller wants it: --yes, or an answer at the terminal.
Result<bool> confirmed(Context& context, const std::string& question) {
  if (context.settings().yes) return true;
  if (!context.console().stdin_is_terminal()) {
    return fail(Error{.code = ErrorCode::validation_failed,
                      .message = "This cannot be undone and there is no terminal to ask at.",
                      .remedy = "Add --yes to do it without being asked."});
  }
  context.console().ask(question + " [y/N] ");
  const std::string answer = read_stdin_line().value_or("");
  return answer == "y" || answer == "Y" || answer == "yes" || answer == "Yes";
}

void print_deleted(Context& context, const ipc::CommandType& command, const json& result,
                   const json& session) {
  if (context.settings().output == OutputFormat::table) {
    context.console().out(text_member(session, "name") + " is deleted\n");
  } else {
    print_result(context, command, result);
  }
  const bool was_linked = !text_member(session, "jid").empty();
  if (was_linked && member(result, "unlinked") != true) {
    context.console().note(
        "The phone still lists the device: remove it there, under Linked devices.");
  }
}

Result<int> run_delete(Context& context) {
  const ipc::CommandType* command = ipc::find_method("session.delete");
  WS_TRY(const json params, typed_params(context.verb(), context.values()));
  WS_TRY(ipc::UnixClient client, context.connect_daemon());
  // Looked at first: the question names what would be lost, and a wrong name is told before it.
  WS_TRY(const json session,
         context.call(client, "session.get", {{"session", params.at("session")}}));
  const std::string name = text_member(session, "name");
  const std::string phone = text_member(session, "phoneNumber");
  WS_TRY(const bool wanted, confirmed(context, "Delete the session '" + name + "'" +
                                                   (phone.empty() ? "" : " of " + phone) +
                                                   " with its keys and data?"));
  if (!wanted) {
    context.console().note("Nothing was deleted.");
    return kDeclinedExit;
  }
  WS_TRY(const json result, context.call(client, "session.delete", params));
  print_deleted(context, *command, result, session);
  return 0;
}

std::vector<Option> changeable(const ipc::CommandType& command) {
  std::vector<Option> out;
  for (auto& option : options_of(*command.params)) {
    if (option.name != "session") out.push_back(std::move(option));
  }
  return out;
}

std::string names_of(const std::vector<Option>& options) {
  std::string out;
  for (const auto& option : options) out += (out.empty() ? "" : ", ") + option.name;
  return out;
}

Result<int> run_set(Context& context) {
  const ipc::CommandType* command = ipc::find_method("session.update");
  WS_TRY(json params, typed_params(context.verb(), context.values()));
  const auto given = context.values().find("assignments");
  if (given != context.values().end()) {
    WS_TRY(const json changes, typed_assignments(given->second, changeable(*command)));
    params.update(changes);
  }
  if (params.size() < 2) {
    return fail(
        Error{.code = ErrorCode::validation_failed,
              .message = "There is nothing to set.",
              .remedy = "Give key=value pairs of: " + names_of(changeable(*command)) + "."});
  }
  WS_TRY(const json session, context.call(*command, params));
  print_result(context, *command, session);
  return 0;
}

}  // namespace

void compose_session_verbs(std::vector<Verb>& verbs) {
  verb_at(verbs, "session delete").run = &run_delete;
  Verb& set = verb_at(verbs, "session set");
  set.run = &run_set;
  set.options.insert(set.options.begin() + 1,
                     Option{.name = "assignments",
                            .repeated = true,
                            .placeholder = "KEY=VALUE",
                            .doc = "What to change: " +
                                   names_of(changeable(*ipc::find_method("session.update")))});
}

}  // namespace wasphere::cli
