// The caller's texts as the JSON values an operation wants.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/verb.h"
#include "core/util/result.h"

namespace wasphere::cli {

// The text as the kind of the option asks; the error names the option as the caller wrote it.
Result<nlohmann::json> typed_value(const Option& option, const std::string& text);
// Every option of the verb that is an RPC parameter and was given.
Result<nlohmann::json> typed_params(const Verb& verb, const Values& values);
// "key=value" texts as an object. Known keys get the kind of their option, unknown ones are refused
// with the nearest name.
Result<nlohmann::json> typed_assignments(const std::vector<std::string>& assignments,
                                         const std::vector<Option>& known);
// The same without knowing the keys: a value that reads as JSON is that, anything else a string.
Result<nlohmann::json> untyped_assignments(const std::vector<std::string>& assignments);
// "a,b" and "c" as a, b and c.
std::vector<std::string> split_lists(const std::vector<std::string>& texts);

}  // namespace wasphere::cli
