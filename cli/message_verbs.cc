#include "cli/message_verbs.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/compose.h"
#include "cli/delivery.h"
#include "cli/member.h"
#include "cli/message_text.h"
#include "cli/print.h"
#include "cli/the_session.h"
#include "cli/values.h"
#include "ipc/commands.h"
#include "ipc/json.h"

namespace wasphere::cli {
namespace {

using nlohmann::json;

constexpr int kPartlyDoneExit = 11;

// edit, react, revoke: their own arguments from the registry, the rest as for every send.
Result<int> run_about(Context& context) {
  const ipc::CommandType* command = ipc::find_method(context.verb().method);
  WS_TRY(json params, typed_params(context.verb(), context.values()));
  if (const auto text = first_value(context.values(), "text")) {
    WS_TRY(params["text"], message_text(*text));
  }
  WS_CHECK(add_delivery(context, params));
  WS_CHECK(add_session(context, *command, params));
  return deliver(context, command->info.method, params);
}

void give_delivery_options(Verb& verb) {
  std::erase_if(verb.options, [](const Option& option) {
    return !option.positional() && option.name != "forEveryone";
  });
  for (auto& option : delivery_options()) verb.options.push_back(std::move(option));
  verb.run = &run_about;
}

Result<int> run_wait(Context& context) {
  WS_TRY(const std::string session, the_session(context));
  const Values& values = context.values();
  return follow(context, session, first_value(values, "messageId").value_or(""),
                first_value(values, "for").value_or("sent"));
}

Result<int> run_watch(Context& context) {
  WS_TRY(const std::string session, the_session(context));
  return watch(context, session, first_value(context.values(), "messageId").value_or(""));
}

void give_watch_option(Verb& verb) {
  verb.options.push_back({.name = "watch",
                          .flag = "--watch",
                          .letter = 'w',
                          .kind = ValueKind::boolean,
                          .doc = "Print each status that it gets to, until it is read."});
  verb.details =
      "With --watch: ends after --timeout, if that is given, with exit code 9; with 7 if WhatsApp "
      "refused the message.";
  verb.run = [once = verb.run](Context& context) {
    return flag_set(context.values(), "watch") ? run_watch(context) : once(context);
  };
}

void print_cancelled(Context& context, const json& result) {
  Console& console = context.console();
  if (context.settings().output == OutputFormat::json) {
    console.out(ipc::dump_json_pretty(result) + "\n");
  } else if (context.settings().output == OutputFormat::ndjson) {
    console.out(ipc::dump_json(result) + "\n");
  } else {
    for (const json& id : member(result, "cancelled")) console.out(id.get<std::string>() + "\n");
  }
  for (const json& refused : member(result, "refused"))
    console.complain("wasphere: Message " + text_member(refused, "messageId") +
                     " is not cancelled: " + text_member(refused, "code") + ".");
}

Result<int> run_queue_cancel(Context& context) {
  const ipc::CommandType* command = ipc::find_method("queue.cancel");
  WS_TRY(json params, typed_params(context.verb(), context.values()));
  WS_CHECK(add_session(context, *command, params));
  WS_TRY(const json result, context.call(*command, params));
  print_cancelled(context, result);
  if (member(result, "refused").empty()) return 0;
  return member(result, "cancelled").empty() ? error_info(ErrorCode::conflict).exit_code
                                             : kPartlyDoneExit;
}

}  // namespace

void compose_message_verbs(std::vector<Verb>& verbs) {
  for (const char* name : {"message edit", "message react", "message revoke"})
    give_delivery_options(verb_at(verbs, name));
  give_watch_option(verb_at(verbs, "message status"));
  Verb& wait = verb_at(verbs, "message wait");
  wait.run = &run_wait;
  std::erase_if(wait.options, [](const Option& option) { return option.name == "timeoutMs"; });
  wait.details =
      "At most as long as --timeout says, else 60 s; exit code 9 when it is not there by then, 7 "
      "if "
      "WhatsApp refused it. Goes on over a restart of the daemon.";
  Verb& cancel = verb_at(verbs, "queue cancel");
  cancel.run = &run_queue_cancel;
  cancel.details = "Exit code 11 if only some could be cancelled.";
}

}  // namespace wasphere::cli
