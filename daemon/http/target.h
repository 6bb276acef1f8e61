// The target of a request, decoded once and strictly. Nothing else ever looks at the raw text, so
// that what is authorised is what is done.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/util/result.h"

namespace wasphere::http {

struct Target {
  std::vector<std::string> segments;  // {"api", "sessions"}
  std::vector<std::pair<std::string, std::string>> query;
  std::string path;  // of the segments, for logs: printable
};

// invalid_request for "//", segments "." and "..", any that decode to those, an encoded slash,
// backslashes, control characters, bad escapes and text that is not UTF-8. One slash at the end is
// ignored. The absolute form ("http://host/api/sessions") means what follows the host.
Result<Target> parse_target(std::string_view raw);

}  // namespace wasphere::http
