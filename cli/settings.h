// What the global options and the environment say.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/duration.h"
#include "cli/verb.h"
#include "core/util/result.h"

namespace wasphere::cli {

enum class OutputFormat { table, json, ndjson, names };

struct Settings {
  std::optional<std::string> socket;           // --socket, else WASPHERE_SOCKET
  std::vector<std::string> sessions;           // --session, split at commas
  std::optional<std::string> default_session;  // WASPHERE_SESSION
  OutputFormat output = OutputFormat::table;
  bool quiet = false;
  bool verbose = false;
  bool colour = true;
  bool yes = false;
  std::optional<Milliseconds> timeout;
};

// Reads an environment variable; an empty one counts as missing.
std::optional<std::string> environment(const char* name);

// Flags win over the environment. Fails on a value that is not understood, naming where it came
// from.
Result<Settings> read_settings(const Values& globals);
// Where the daemon may listen, in the order to try: the given socket alone, else the system's and
// the user's own.
std::vector<std::string> socket_candidates(const Settings& settings);

}  // namespace wasphere::cli
