// The tables that bash and zsh scripts share: functions over "case", which both read alike.
#pragma once

#include <string>

#include "ipc/docgen/completion_model.h"

namespace wasphere::docgen {

// _wasphere_is_path PATH; _wasphere_takes_value FLAG; _wasphere_value PATH FLAG;
// _wasphere_place PATH NUMBER. The last two print where the value comes from, as Source::text().
std::string posix_tables(const Model& model);

}  // namespace wasphere::docgen
