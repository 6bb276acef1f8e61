#include "daemon/http/credentials.h"

#include <algorithm>

namespace wasphere::http {
namespace {

constexpr std::string_view kBearer = "bearer ";

bool has_prefix_of_any_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::ranges::equal(text.substr(0, prefix.size()), prefix, [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
         });
}

}  // namespace

Result<std::string> presented_key(const RequestHead& head) {
  std::string out;
  for (const auto& [name, value] : head.headers) {
    std::string_view key = value;
    if (name == "authorization") {
      if (!has_prefix_of_any_case(value, kBearer))
        return fail(ErrorCode::unauthorized, "Authorization must be of the form 'Bearer KEY'");
      key.remove_prefix(kBearer.size());
    } else if (name != "x-api-key") {
      continue;
    }
    if (!out.empty() && out != key)
      return fail(ErrorCode::unauthorized, "the request presents two different keys");
    out = key;
  }
  return out;
}

}  // namespace wasphere::http
