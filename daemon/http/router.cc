#include "daemon/http/router.h"

#include <algorithm>

#include "ipc/http_routes.h"

namespace wasphere::http {
namespace {

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> out;
  path.remove_prefix(1);
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    out.emplace_back(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return out;
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{');
}

// The segments behind an optional version.
std::vector<std::string> unversioned(const std::vector<std::string>& segments) {
  std::vector<std::string> out = segments;
  if (out.size() > 2 && out[0] == "api" && out[1] == "v1") out.erase(out.begin() + 1);
  return out;
}

// Literal before parameter, then by text; the names of parameters do not count.
bool before(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::ranges::lexicographical_compare(a, b, [](const auto& x, const auto& y) {
    if (is_parameter(x) || is_parameter(y)) return !is_parameter(x);
    return x < y;
  });
}

bool same_shape(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::ranges::equal(a, b, [](const auto& x, const auto& y) {
    return x == y || (is_parameter(x) && is_parameter(y));
  });
}

bool fits(const std::vector<std::string>& pattern, std::span<const std::string> segments) {
  return std::ranges::equal(pattern, segments, [](const auto& part, const auto& segment) {
    return is_parameter(part) || part == segment;
  });
}

// A HEAD is a GET without the body.
std::string_view matched_method(std::string_view method) {
  return method == "HEAD" ? "GET" : method;
}

}  // namespace

Router::Router(std::span<const ipc::CommandType> commands) {
  for (const ipc::CommandType& command : commands) {
    if (!ipc::has_route(command)) continue;
    add(command, command.info.route.path);
    const std::string second = ipc::second_path(command);
    if (!second.empty()) add(command, second);
  }
  std::ranges::sort(entries_, before, &Entry::pattern);
}

void Router::add(const ipc::CommandType& command, std::string_view path) {
  entries_.push_back({&command, split(path)});
}

std::span<const Router::Entry> Router::fitting(std::span<const std::string> segments) const {
  const auto first = std::ranges::find_if(
      entries_, [&](const Entry& entry) { return fits(entry.pattern, segments); });
  const auto last = std::find_if(first, entries_.end(), [&](const Entry& entry) {
    return !same_shape(entry.pattern, first->pattern);
  });
  return {first, last};
}

Result<Match> Router::match(std::string_view method,
                            const std::vector<std::string>& segments) const {
  const std::vector<std::string> path = unversioned(segments);
  const auto candidates = fitting(path);
  if (candidates.empty()) return fail(ErrorCode::not_found, "there is no such path");
  const auto found = std::ranges::find_if(candidates, [&](const Entry& entry) {
    return ipc::verb_name(entry.command->info.route.verb) == matched_method(method);
  });
  if (found == candidates.end())
    return fail(ErrorCode::method_not_allowed, "this path does not take that method");
  Match out{found->command, {}};
  for (std::size_t i = 0; i < path.size(); ++i) {
    const std::string& part = found->pattern[i];
    if (is_parameter(part)) out.parameters.emplace_back(part.substr(1, part.size() - 2), path[i]);
  }
  return out;
}

std::string Router::allowed(const std::vector<std::string>& segments) const {
  std::string out;
  for (const Entry& entry : fitting(unversioned(segments))) {
    const std::string_view verb = ipc::verb_name(entry.command->info.route.verb);
    out += (out.empty() ? "" : ", ") + std::string(verb);
    if (verb == "GET") out += ", HEAD";
  }
  return out;
}

}  // namespace wasphere::http
