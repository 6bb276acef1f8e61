// Configuration from its sources, the later over the earlier: built-in, file, conf.d, environment,
// command line. Reads those files and does nothing else to the host.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/config.h"
#include "daemon/config/settings.h"

namespace wasphere::config {

inline constexpr std::string_view kDefaultFile = "/etc/wasphere/wasphered.conf";

// A value from the command line, with the option it came from: {"state_dir", "/tmp/x",
// "--state-dir"}.
struct Override {
  std::string key;
  std::string value;
  std::string origin;
};

struct Sources {
  // Files of conf.d beside it are read as well. It may be absent only if it is not `file_required`.
  std::string file{kDefaultFile};
  bool file_required = false;
  std::map<std::string, std::string> environment;
  std::vector<Override> overrides;
};

// One key with its value and where that came from: "built-in", "/etc/…/a.conf:3",
// "WASPHERE_LOG_LEVEL".
struct Value {
  const Setting* setting = nullptr;
  std::string text;
  std::string origin;
};

struct Loaded {
  Config config;
  std::vector<Value> values;       // in the order of settings()
  std::vector<std::string> files;  // that were read, in order
};

// config_invalid with the place, the key and what is wrong.
Result<Loaded> load(const Sources& sources);

// The argument of --set: "key=value".
Result<Override> parse_override(std::string_view argument);
// Copies the variables that load() may want, so that it is free of global state.
std::map<std::string, std::string> relevant_environment(const char* const* environment);
// The result as a configuration file, each value followed by a comment with its origin.
std::string print(const Loaded& loaded);

}  // namespace wasphere::config
