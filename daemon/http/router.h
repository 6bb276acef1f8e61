// Routes of the registry of operations. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/util/result.h"
#include "ipc/schema.h"

namespace wasphere::http {

struct Match {
  const ipc::CommandType* command = nullptr;
  std::vector<std::pair<std::string, std::string>> parameters;  // of the path, by field name
};

class Router {
 public:
  // `commands` must have static storage.
  explicit Router(std::span<const ipc::CommandType> commands);

  // not_found, or method_not_allowed: see allowed(). A HEAD is matched as a GET; "/api/v1/…" means
  // "/api/…". Where several patterns fit, the one that is literal first is the only one asked.
  Result<Match> match(std::string_view method, const std::vector<std::string>& segments) const;
  // "GET, HEAD, POST" for a path; empty if no route fits it.
  std::string allowed(const std::vector<std::string>& segments) const;

 private:
  struct Entry {
    const ipc::CommandType* command;
    std::vector<std::string> pattern;  // "{name}" is a parameter
  };
  void add(const ipc::CommandType& command, std::string_view path);
  // Those of the best pattern, one for each method.
  std::span<const Entry> fitting(std::span<const std::string> segments) const;

  std::vector<Entry> entries_;  // literal before parameter
};

}  // namespace wasphere::http
