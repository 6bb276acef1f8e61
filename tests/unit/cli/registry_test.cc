#include "cli/registry.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "cli/compose.h"
#include "ipc/commands.h"

namespace {

using wasphere::cli::all_verbs;
using wasphere::cli::find_option;
using wasphere::cli::verb_at;
using wasphere::cli::verb_name;
namespace ipc = wasphere::ipc;

}  // namespace

TEST_CASE("every operation that has a verb is a command that can run") {
  auto verbs = all_verbs();
  for (const auto commands : {ipc::daemon_commands(), ipc::sandbox_commands()}) {
    for (const auto& command : commands) {
      if (command.info.hidden || command.info.cli.empty()) continue;
      INFO(command.info.cli);
      const auto& verb = verb_at(verbs, command.info.cli);
      CHECK(verb.method == command.info.method);
      CHECK(verb.run != nullptr);
    }
  }
}

TEST_CASE("no two commands, and no two options of a command, have the same name") {
  std::set<std::string> names;
  for (const auto& verb : all_verbs()) {
    INFO(verb_name(verb.path));
    CHECK(names.insert(verb_name(verb.path)).second);
    CHECK_FALSE(verb.summary.empty());
    std::set<std::string> flags;
    for (const auto& option : verb.options) {
      INFO(option.name);
      CHECK(flags.insert(option.positional() ? option.name : option.flag).second);
      CHECK_FALSE(option.doc.empty());
    }
  }
}

TEST_CASE("hidden operations are no commands") {
  for (const auto& verb : all_verbs()) CHECK(verb.method != "debug.advanceClock");
}

TEST_CASE("fields become options with their types and limits") {
  auto verbs = all_verbs();
  const auto& create = verb_at(verbs, "session create");
  const auto* name = find_option(create, "name");
  REQUIRE(name != nullptr);
  CHECK(name->positional());
  CHECK(name->required);
  const auto* pause = find_option(create, "msgDelayMinMs");
  REQUIRE(pause != nullptr);
  CHECK(pause->flag == "--msg-delay-min-ms");
  CHECK(pause->kind == wasphere::cli::ValueKind::integer);
  CHECK_FALSE(pause->required);
  CHECK(pause->doc.find("0 to 300000") != std::string::npos);
  const auto* status = find_option(verb_at(verbs, "session list"), "status");
  REQUIRE(status != nullptr);
  CHECK(status->choices.size() == 5);
}
