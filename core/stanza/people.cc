// Notifications about people: their devices, their identity, the tokens they give us.
#include <algorithm>

#include "core/stanza/enc.h"
#include "core/stanza/fields.h"
#include "core/stanza/iq.h"
#include "core/stanza/usync.h"

namespace wasphere::stanza {
namespace {

constexpr std::string_view kTrustedContact = "trusted_contact";
constexpr std::uint64_t kBucketSeconds = 604800;
constexpr std::uint64_t kBuckets = 4;

std::vector<wire::Jid> devices_in(const wire::Node& node) {
  std::vector<wire::Jid> out;
  for (const wire::Node& child : node.children())
    if (auto jid = attr_user(child, "jid"); jid && child.tag == "device") out.push_back(*jid);
  return out;
}

bool is_device_notification(const wire::Node& notification) {
  if (is_tag(notification, "notification", "devices")) return true;
  return is_tag(notification, "notification", "account_sync") &&
         notification.child("devices") != nullptr;
}

const wire::Node* first_token(const wire::Node& notification) {
  const wire::Node* tokens = notification.child("tokens");
  if (tokens == nullptr) return nullptr;
  auto found = std::ranges::find_if(tokens->children(), [](const wire::Node& token) {
    return is_tag(token, "token", kTrustedContact);
  });
  return found == tokens->children().end() ? nullptr : &*found;
}

std::optional<wire::Jid> bare_attr(const wire::Node& node, std::string_view key) {
  auto jid = attr_user(node, key);
  if (jid) jid = jid->without_device();
  return jid;
}

}  // namespace

std::optional<DevicesChanged> parse_devices_changed(const wire::Node& notification) {
  auto user = bare_attr(notification, "from");
  if (!is_device_notification(notification) || !user) return std::nullopt;
  DevicesChanged out;
  out.user = *user;
  out.lid = bare_attr(notification, "lid");
  if (const wire::Node* remove = notification.child("remove")) out.removed = devices_in(*remove);
  out.added = out.removed.empty();
  return out;
}

std::optional<wire::Jid> parse_identity_changed(const wire::Node& notification) {
  bool about_identity =
      is_tag(notification, "notification", "encrypt") && notification.child("identity") != nullptr;
  return about_identity ? attr_user(notification, "from") : std::nullopt;
}

std::optional<PrivacyToken> parse_privacy_token(const wire::Node& notification) {
  auto from = bare_attr(notification, "from");
  if (!is_tag(notification, "notification", "privacy_token") || !from) return std::nullopt;
  const wire::Node* token = first_token(notification);
  auto time = token == nullptr ? std::nullopt : attr_time(*token, "t");
  if (!time) return std::nullopt;
  PrivacyToken out{*from, bare_attr(notification, "sender_lid"), token->content_bytes(), *time};
  return out.token.empty() ? std::nullopt : std::optional(std::move(out));
}

wire::Node issue_privacy_token(std::string_view id, const wire::Jid& to, std::uint64_t now_s) {
  wire::Node token{"token",
                   {{"jid", to.without_device()},
                    {"t", std::to_string(now_s)},
                    {"type", std::string(kTrustedContact)}},
                   {}};
  return iq(id, "privacy", "set", {wire::Node{"tokens", {}, wire::Nodes{std::move(token)}}});
}

bool privacy_token_valid(std::uint64_t token_time, std::uint64_t now_s) {
  std::uint64_t bucket = now_s / kBucketSeconds;
  std::uint64_t first = bucket < kBuckets ? 0 : bucket - (kBuckets - 1);
  return token_time >= first * kBucketSeconds;
}

}  // namespace wasphere::stanza
