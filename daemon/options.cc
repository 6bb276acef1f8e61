#include "daemon/options.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "core/util/version.h"

namespace wasphere {
namespace {

constexpr const char* kDescription =
    "wasphered keeps WhatsApp accounts linked and online, and serves them on a Unix socket.\n"
    "Settings come from the built-in values, the configuration file and its conf.d, the "
    "environment\n"
    "(WASPHERE_LOG_LEVEL for log.level), and these options; the later wins.";
constexpr const char* kFooter =
    "Exit status: 0 stopped, 64 usage, 69 another daemon is there, 70 a bug, 74 disk or key, 77 "
    "permissions, "
    "78 configuration.\nSee also: wasphered(8), wasphered.conf(5), wasphere(1).";

// --state-dir and its like are --set with a name of their own.
void add_setting(CLI::App& app, config::Sources& sources, const char* flag, const char* key,
                 const char* doc) {
  app.add_option_function<std::string>(
         flag,
         [&sources, flag, key](const std::string& value) {
           sources.overrides.push_back({key, value, flag});
         },
         doc)
      ->trigger_on_parse();
}

void add_sources(CLI::App& app, config::Sources& sources, std::vector<std::string>& sets) {
  app.add_option_function<std::string>(
      "--config",
      [&sources](const std::string& file) {
        sources.file = file;
        sources.file_required = true;
      },
      "Configuration file (default " + std::string(config::kDefaultFile) +
          ", which may be absent)");
  add_setting(app, sources, "--state-dir", "state_dir", "Where the state lives");
  add_setting(app, sources, "--socket", "rpc.socket", "The control socket");
  add_setting(app, sources, "--log-level", "log.level", "debug, info, warning or error");
  app.add_option("--set", sets, "key=value: any other setting; may be repeated")
      ->allow_extra_args(false);
}

}  // namespace

std::variant<Options, ExitStatus> parse_options(int argc, char** argv) {
  Options options;
  std::vector<std::string> sets;
  CLI::App app(kDescription, "wasphered");
  app.footer(kFooter);
  app.set_version_flag("--version", std::string("wasphered ") + kVersion);
  add_sources(app, options.sources, sets);
  app.add_flag("--sandbox", options.embed_sandbox,
               "Run a sandbox network inside this process and talk to that instead of WhatsApp");
  app.add_flag("--check-config", options.check_config, "Check the configuration and exit");
  app.add_flag("--print-config", options.print_config,
               "Print every setting with its origin and exit");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? ExitStatus::ok : ExitStatus::usage;
  }
  options.sources.environment = config::relevant_environment(environ);
  for (const std::string& text : sets) {
    auto override = config::parse_override(text);
    if (!override) {
      std::fprintf(stderr, "wasphered: %s\n", override.error().message.c_str());
      return ExitStatus::config;
    }
    options.sources.overrides.push_back(std::move(*override));
  }
  return options;
}

}  // namespace wasphere
