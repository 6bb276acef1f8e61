// Files the program writes for its caller.
#pragma once

#include <string>

#include "core/util/result.h"

namespace wasphere::cli {

// Replaces the file in one step, readable by its owner alone: what it holds links accounts.
// Something that is no regular file (a device, a pipe) is written to as it is.
Status write_private_file(const std::string& path, std::string_view content);
// The bytes of a "data:image/png;base64,…" URI.
Result<std::string> png_of_data_uri(std::string_view uri);

}  // namespace wasphere::cli
