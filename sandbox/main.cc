// wasphere-sandbox: a WhatsApp network in a process, for trying out and for tests.
#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/util/version.h"
#include "daemon/runtime/log.h"
#include "sandbox/control.h"
#include "sandbox/host.h"

namespace wasphere::sandbox {
namespace {

// sysexits.h
constexpr int kUsage = 64;
constexpr int kUnavailable = 69;
constexpr int kIoError = 74;
constexpr int kNoPermission = 77;
constexpr int kConfig = 78;

constexpr const char* kAbout =
    "A WhatsApp network in one process, for trying out WaSphere and for tests: WebSocket server,\n"
    "virtual phones that scan QR codes, and faults on demand. Nothing leaves this host: it takes "
    "only\n"
    "loopback connections and has no access control of its own.";
constexpr const char* kFooter =
    "When it is ready it prints one line of JSON on standard output:\n"
    "  {\"url\":\"ws://127.0.0.1:PORT/ws/chat\",\"noiseRoot\":\"<hex>\",\"control\":\"PATH\"}\n"
    "Point a daemon at it with network.url and network.noise_root, and drive it with\n"
    "'wasphere sandbox ...'. Accounts, phones and linked devices are kept in the state directory, "
    "also\n"
    "over a crash. It ends on SIGTERM and SIGINT.\n\n"
    "Exit codes: 0 ended, 64 usage, 69 the state directory or socket is in use, 74 input or "
    "output,\n"
    "77 the state directory is open to others, 78 bad --listen address or damaged state.";

struct Arguments {
  HostOptions host;
  std::string log_level = "info";
};

int exit_code(ErrorCode code) {
  if (code == ErrorCode::state_locked) return kUnavailable;
  if (code == ErrorCode::state_insecure) return kNoPermission;
  if (code == ErrorCode::config_invalid || code == ErrorCode::storage_corrupt) return kConfig;
  return kIoError;
}

std::string default_state_dir() {
  const char* const state = std::getenv("XDG_STATE_HOME");
  const char* const home = std::getenv("HOME");
  if (state != nullptr && *state != '\0') return std::string(state) + "/wasphere-sandbox";
  return std::string(home == nullptr ? "." : home) + "/.local/state/wasphere-sandbox";
}

// Ok: go on. Otherwise the exit code.
std::optional<int> read_arguments(int argc, char** argv, Arguments& arguments) {
  CLI::App app(kAbout, "wasphere-sandbox");
  app.footer(kFooter);
  app.set_version_flag("--version", std::string("wasphere-sandbox ") + kVersion);
  auto& host = arguments.host;
  app.add_option("--listen", host.listen,
                 "Loopback address and port of the network; port 0 takes a free one")
      ->type_name("ADDRESS:PORT")
      ->capture_default_str();
  app.add_option("--state-dir", host.state_dir,
                 "Where accounts and keys are kept (default: $XDG_STATE_HOME/wasphere-sandbox)")
      ->type_name("DIR");
  app.add_option("--control", host.control,
                 "Path of the control socket (default: sandbox.sock in the state directory)")
      ->type_name("PATH");
  app.add_option("--log-level", arguments.log_level,
                 "debug, info, warning or error; the log goes to standard error")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  if (host.state_dir.empty()) host.state_dir = default_state_dir();
  if (host.control.empty()) host.control = host.state_dir + "/sandbox.sock";
  return std::nullopt;
}

void say_ready(const SandboxInfo& info) {
  const nlohmann::ordered_json line{
      {"url", info.url}, {"noiseRoot", info.noise_root}, {"control", info.control}};
  std::cout << line.dump() << std::endl;
}

int run(const Arguments& arguments) {
  runtime::LogOptions log;
  runtime::parse_log_level(arguments.log_level, log.level);
  runtime::configure_log(log);
  boost::asio::io_context io(1);
  auto host = Host::start(io, arguments.host);
  if (!host) {
    const auto& error = host.error();
    std::cerr << "wasphere-sandbox: " << error.message << '\n'
              << (error.remedy.empty() ? error_info(error.code).remedy : error.remedy) << '\n';
    return exit_code(error.code);
  }
  boost::asio::signal_set signals(io, SIGTERM, SIGINT);
  signals.async_wait([&](const boost::system::error_code&, int) {
    host->reset();
    io.stop();
  });
  say_ready((*host)->info());
  io.run();
  return 0;
}

}  // namespace
}  // namespace wasphere::sandbox

int main(int argc, char** argv) {
  wasphere::sandbox::Arguments arguments;
  if (const auto code = wasphere::sandbox::read_arguments(argc, argv, arguments)) return *code;
  return wasphere::sandbox::run(arguments);
}
