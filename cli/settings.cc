#include "cli/settings.h"

#include <cstdlib>

#include "cli/values.h"

namespace wasphere::cli {
namespace {

constexpr std::string_view kSystemSocket = "/run/wasphere/wasphered.sock";

std::optional<OutputFormat> format_named(std::string_view name) {
  if (name == "table") return OutputFormat::table;
  if (name == "json") return OutputFormat::json;
  if (name == "ndjson") return OutputFormat::ndjson;
  if (name == "names") return OutputFormat::names;
  return std::nullopt;
}

Result<OutputFormat> read_format(const Values& globals) {
  const auto flag = first_value(globals, "output");
  const auto variable = environment("WASPHERE_OUTPUT");
  if (!flag && !variable) return OutputFormat::table;
  const std::string name = flag ? *flag : *variable;
  if (const auto format = format_named(name)) return *format;
  return fail(Error{.code = ErrorCode::validation_failed,
                    .message = std::string(flag ? "--output" : "WASPHERE_OUTPUT") +
                               " must be table, json, ndjson or names, not '" + name + "'.",
                    .remedy = "Choose one of these formats."});
}

}  // namespace

std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::string(value);
}

Result<Settings> read_settings(const Values& globals) {
  Settings out;
  out.socket = first_value(globals, "socket");
  if (!out.socket) out.socket = environment("WASPHERE_SOCKET");
  const auto sessions = globals.find("session");
  if (sessions != globals.end()) out.sessions = split_lists(sessions->second);
  out.default_session = environment("WASPHERE_SESSION");
  WS_TRY(out.output, read_format(globals));
  out.quiet = flag_set(globals, "quiet");
  out.verbose = flag_set(globals, "verbose");
  out.yes = flag_set(globals, "yes");
  out.colour = !flag_set(globals, "no-color") && !environment("NO_COLOR");
  if (const auto timeout = first_value(globals, "timeout")) {
    WS_TRY(out.timeout, parse_duration(*timeout));
  }
  return out;
}

std::vector<std::string> socket_candidates(const Settings& settings) {
  if (settings.socket) return {*settings.socket};
  std::vector<std::string> out{std::string(kSystemSocket)};
  if (const auto runtime = environment("XDG_RUNTIME_DIR")) {
    out.push_back(*runtime + "/wasphere/wasphered.sock");
  }
  return out;
}

}  // namespace wasphere::cli
