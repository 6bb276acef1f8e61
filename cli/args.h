// argv against the table of verbs.
#pragma once

#include <string>
#include <vector>

#include "cli/verb.h"
#include "core/util/result.h"

namespace wasphere::cli {

// The options every verb takes, before or after it.
const std::vector<Option>& global_options();

struct ParsedArgs {
  std::vector<std::string> path;  // the words that were taken as verb or group
  const Verb* verb = nullptr;     // null: only a group, or nothing
  Values values;                  // of the verb's own options
  Values globals;
  bool help = false;
  bool version = false;
};

// The verb and its values, or what is wrong in them (with the nearest name there is). Required
// options are not checked here: some can come from the environment. The result points into `verbs`.
Result<ParsedArgs> parse_args(const std::vector<std::string>& argv, const std::vector<Verb>& verbs);
// Fails with the name of the first required option without a value.
Status check_required(const Verb& verb, const Values& values);

}  // namespace wasphere::cli
