// Reading configuration files: "key = value" lines, "#" comments.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/util/result.h"

namespace wasphere::config {

struct Line {
  std::string key;
  std::string value;
  std::string origin;  // "file:line"
};

// `name` is for messages only. config_invalid names the first line that is not understood.
Result<std::vector<Line>> parse_file(std::string_view text, const std::string& name);
// The bytes of a file of at most a megabyte; config_invalid with the reason otherwise.
Result<std::string> read_file(const std::string& path);
// The "*.conf" files of the directory conf.d beside `file`, in lexical order; none if it does not
// exist.
Result<std::vector<std::string>> drop_in_files(const std::string& file);
bool file_exists(const std::string& path);

}  // namespace wasphere::config
