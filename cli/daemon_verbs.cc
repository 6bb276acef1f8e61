#include "cli/daemon_verbs.h"

#include <nlohmann/json.hpp>

#include "cli/compose.h"
#include "cli/context.h"
#include "cli/member.h"
#include "cli/print.h"
#include "ipc/commands.h"

namespace wasphere::cli {
namespace {

// A table of one text would only be in the way.
Result<int> run_metrics(Context& context) {
  const ipc::CommandType* command = ipc::find_method("daemon.metrics");
  WS_TRY(const nlohmann::json result, context.call(*command, nlohmann::json::object()));
  if (context.settings().output == OutputFormat::table) {
    context.console().out(text_member(result, "text"));
  } else {
    print_result(context, *command, result);
  }
  return 0;
}

}  // namespace

void compose_daemon_verbs(std::vector<Verb>& verbs) {
  verb_at(verbs, "daemon metrics").run = &run_metrics;
}

}  // namespace wasphere::cli
