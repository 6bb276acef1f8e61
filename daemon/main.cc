// wasphered: arguments and configuration in, exit status out.
#include <csignal>
#include <cstdio>

#include "daemon/config/load.h"
#include "daemon/daemon.h"
#include "daemon/options.h"

namespace {

using wasphere::Error;
using wasphere::ExitStatus;

ExitStatus report(const Error& error) {
  const std::string_view remedy =
      error.remedy.empty() ? wasphere::error_info(error.code).remedy : error.remedy;
  std::fprintf(stderr, "wasphered: %s\nhint: %.*s\n", error.message.c_str(),
               static_cast<int>(remedy.size()), remedy.data());
  return wasphere::exit_status_for(error.code);
}

ExitStatus run(const wasphere::Options& options) {
  auto loaded = wasphere::config::load(options.sources);
  if (!loaded) return report(loaded.error());
  if (options.print_config) std::fputs(wasphere::config::print(*loaded).c_str(), stdout);
  if (options.check_config) std::puts("the configuration is valid");
  if (options.print_config || options.check_config) return ExitStatus::ok;
  wasphere::DaemonOptions daemon{loaded->config, options.embed_sandbox, {}};
  daemon.reload = [&options]() -> wasphere::Result<wasphere::config::Config> {
    WS_TRY(auto again, wasphere::config::load(options.sources));
    return again.config;
  };
  auto status = wasphere::run_daemon(std::move(daemon));
  return status ? *status : report(status.error());
}

}  // namespace

int main(int argc, char** argv) {
  // A client that hangs up is a write error, not the end of the daemon.
  std::signal(SIGPIPE, SIG_IGN);
  auto options = wasphere::parse_options(argc, argv);
  if (const auto* status = std::get_if<ExitStatus>(&options)) return static_cast<int>(*status);
  return static_cast<int>(run(std::get<wasphere::Options>(options)));
}
