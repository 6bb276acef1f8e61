#include "daemon/store/message_records.h"

#include <algorithm>
#include <array>

namespace wasphere::store {
namespace {

constexpr std::array<std::string_view, 11> kNames{
    "queued", "sending", "sent",      "delivered", "read",         "played",
    "failed", "expired", "cancelled", "received",  "undecryptable"};

bool under_way(MessageStatus status) {
  return status == MessageStatus::queued || status == MessageStatus::sending;
}

}  // namespace

std::string_view message_status_name(MessageStatus status) {
  return kNames[static_cast<std::size_t>(status)];
}

std::optional<MessageStatus> message_status_from_name(std::string_view name) {
  const auto* found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<MessageStatus>(found - kNames.begin());
}

bool may_follow(MessageStatus from, MessageStatus to) {
  if (to >= MessageStatus::received || from >= MessageStatus::failed) return false;
  if (to >= MessageStatus::failed) return under_way(from);
  return to > from;
}

}  // namespace wasphere::store
