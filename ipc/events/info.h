// What names an event.
#pragma once

#include <string_view>

namespace wasphere::ipc {

struct EventInfo {
  std::string_view name;
  std::string_view summary;
};

}  // namespace wasphere::ipc
