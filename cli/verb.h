// The commands of the program as data: parsing, help and completions all read this table.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/util/result.h"

namespace wasphere::cli {

enum class ValueKind { text, integer, number, boolean, list, json, duration };

// One flag or positional of a verb.
struct Option {
  std::string name{};  // the key of its value; for an RPC parameter the parameter's name
  std::string flag{};  // "--qr-out"; empty: positional
  char letter = 0;     // "-y"; 0: none
  ValueKind kind = ValueKind::text;
  bool required = false;
  bool repeated = false;      // a positional that takes all that is left
  bool parameter = false;     // belongs into the params of the verb's RPC method
  std::string placeholder{};  // "FILE"
  std::string doc{};
  std::vector<std::string> choices{};

  bool positional() const { return flag.empty(); }
};

class Context;

struct Verb {
  std::vector<std::string> path{};  // {"session", "create"}
  std::string summary{};
  std::string method{};  // the RPC method it is derived from; empty: composed of several or none
  std::vector<Option> options{};
  std::function<Result<int>(Context&)> run{};  // the exit code, or what went wrong
  std::string details{};                       // further help text, may be empty
};

// "session create"
std::string verb_name(const std::vector<std::string>& path);
const Option* find_option(const Verb& verb, std::string_view name);

// What the caller gave, still as text, by option name. Booleans are "true" or "false".
using Values = std::map<std::string, std::vector<std::string>>;

std::optional<std::string> first_value(const Values& values, const std::string& name);
bool flag_set(const Values& values, const std::string& name);

}  // namespace wasphere::cli
