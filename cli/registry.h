// Verbs out of the registry of operations: an operation added there is a command here.
#pragma once

#include <vector>

#include "cli/verb.h"
#include "ipc/schema.h"

namespace wasphere::cli {

// One field of an operation as flag or positional.
Option option_of(const ipc::ObjectType& params, const ipc::FieldInfo& field);
std::vector<Option> options_of(const ipc::ObjectType& params);
// A verb for every operation that has one and is not hidden, daemon and sandbox, in registry order.
// Each runs `call_operation`.
std::vector<Verb> registry_verbs();
// The plain way to run a verb: parameters from its options, one call, the result printed.
Result<int> call_operation(Context& context);

}  // namespace wasphere::cli
