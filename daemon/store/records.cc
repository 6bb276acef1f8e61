#include "daemon/store/records.h"

#include <algorithm>
#include <array>

namespace wasphere::store {
namespace {

constexpr std::array<std::string_view, 5> kNames{"disconnected", "connecting", "connected",
                                                 "reconnecting", "banned"};

}  // namespace

std::string_view status_name(Status status) {
  return kNames[static_cast<std::size_t>(status)];
}

std::optional<Status> status_from_name(std::string_view name) {
  const auto* found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Status>(found - kNames.begin());
}

}  // namespace wasphere::store
