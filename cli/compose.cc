#include "cli/compose.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "cli/context.h"
#include "cli/daemon_verbs.h"
#include "cli/events_tail.h"
#include "cli/help.h"
#include "cli/key_verbs.h"
#include "cli/link_verbs.h"
#include "cli/member.h"
#include "cli/message_verbs.h"
#include "cli/registry.h"
#include "cli/rpc_verbs.h"
#include "cli/sandbox_verbs.h"
#include "cli/send_verb.h"
#include "cli/session_verbs.h"
#include "cli/status_verb.h"
#include "cli/webhook_verbs.h"
#include "core/util/version.h"
#include "ipc/json.h"

namespace wasphere::cli {
namespace {

using nlohmann::json;

// The daemon's version is worth telling, and its absence no error.
Result<int> run_version(Context& context) {
  std::string daemon;
  if (auto client = context.connect_daemon()) {
    if (const auto pong = context.call(*client, "daemon.ping", json::object())) {
      daemon = text_member(*pong, "version");
    }
  }
  const std::string own(kVersion);
  if (context.settings().output == OutputFormat::table) {
    context.console().out("wasphere " + own + "\nwasphered " +
                          (daemon.empty() ? "not reachable" : daemon) + "\n");
  } else {
    const json versions{{"client", own}, {"daemon", daemon.empty() ? json(nullptr) : json(daemon)}};
    context.console().out(ipc::dump_json(versions) + "\n");
  }
  if (!daemon.empty() && daemon != own) {
    context.console().note("Client and daemon differ: restart the daemon after an upgrade.");
  }
  return 0;
}

Result<int> run_help(Context& context) {
  const auto given = context.values().find("command");
  const auto path = given == context.values().end() ? std::vector<std::string>{} : given->second;
  const auto begins = [&](const Verb& verb) {
    return verb.path.size() >= path.size() &&
           std::equal(path.begin(), path.end(), verb.path.begin());
  };
  if (std::ranges::none_of(context.verbs(), begins)) {
    return fail(Error{.code = ErrorCode::validation_failed,
                      .message = "There is no command '" + verb_name(path) + "'.",
                      .remedy = "See 'wasphere --help'."});
  }
  context.console().out(help_text(path, context.verbs()));
  return 0;
}

Verb version_verb() {
  return {.path = {"version"},
          .summary = "Tell the versions of this program and of the daemon.",
          .method = "",
          .options = {},
          .run = &run_version};
}

Verb help_verb() {
  return {.path = {"help"},
          .summary = "Explain the program, a group of commands or one of them.",
          .method = "",
          .options = {{.name = "command",
                       .repeated = true,
                       .placeholder = "COMMAND",
                       .doc = "As it would be called, 'session create'."}},
          .run = &run_help};
}

}  // namespace

std::vector<Verb> all_verbs() {
  auto verbs = registry_verbs();
  compose_session_verbs(verbs);
  compose_send_verbs(verbs);
  compose_message_verbs(verbs);
  compose_event_verbs(verbs);
  compose_key_verbs(verbs);
  compose_daemon_verbs(verbs);
  compose_webhook_verbs(verbs);
  compose_sandbox_verbs(verbs);
  compose_link_verbs(verbs);
  verbs.insert(verbs.begin(), status_verb());
  for (auto& verb : rpc_verbs()) verbs.push_back(std::move(verb));
  verbs.push_back(version_verb());
  verbs.push_back(help_verb());
  return verbs;
}

Verb& verb_at(std::vector<Verb>& verbs, std::string_view name) {
  const auto found =
      std::ranges::find_if(verbs, [&](const Verb& verb) { return verb_name(verb.path) == name; });
  if (found == verbs.end()) throw std::logic_error("no verb " + std::string(name));
  return *found;
}

}  // namespace wasphere::cli
