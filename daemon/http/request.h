// One HTTP request as values.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wasphere::http {

struct RequestHead {
  std::string method;  // as it was sent: "GET"
  std::string target;  // as it was sent, not decoded
  bool http11 = true;
  bool keep_alive = true;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case, in order

  // The first of that name (lower case); empty if there is none.
  std::string_view header(std::string_view name) const {
    for (const auto& [key, value] : headers)
      if (key == name) return value;
    return {};
  }
  bool has(std::string_view name) const {
    for (const auto& [key, value] : headers)
      if (key == name) return true;
    return false;
  }
};

}  // namespace wasphere::http
