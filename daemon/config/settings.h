// The one table of configuration keys. Files, the environment, --set, --print-config and the manual
// all derive from it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "daemon/config/config.h"

namespace wasphere::config {

struct Setting {
  std::string_view name;      // "rpc.mode"
  std::string_view type;      // for the manual: "integer from 1 to 100"
  std::string_view fallback;  // built-in value, written as in a file
  std::string_view doc;       // one or two sentences
  bool hidden = false;        // for tests only: accepted, not documented
  // Parses and stores the value. The error's message is the predicate: "is not …".
  wasphere::Status (*apply)(std::string_view value, Config& config) = nullptr;
};

std::span<const Setting> settings();
const Setting* find_setting(std::string_view name);
// "rpc.mode" -> "WASPHERE_RPC_MODE"
std::string environment_name(const Setting& setting);
// The documented key that is spelled most like `name`; nothing if none is near.
std::optional<std::string> nearest_setting(std::string_view name);

}  // namespace wasphere::config
