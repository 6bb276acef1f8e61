// Operations on API keys: what programs elsewhere present to the REST listener.
#pragma once

#include <optional>
#include <vector>

#include "ipc/command.h"

namespace wasphere::ipc {

// What a key can be allowed; the star is everything and stands alone.
inline constexpr auto kPermissions = [] {
  auto out = kScopeNames;
  out[0] = "*";  // in the place of "no scope"
  return out;
}();

struct KeyView {
  std::string id;
  std::string name;
  std::string keyPrefix;
  std::vector<std::string> permissions;
  std::optional<std::string> sessionId;
  bool isActive = true;
  std::string createdAt;
  std::optional<std::string> lastUsedAt;
  std::optional<std::string> expiresAt;
  static constexpr auto fields =
      std::tuple{field("id", &KeyView::id, "Stable id, key_ and 26 characters."),
                 field("name", &KeyView::name, "What it is for."),
                 field("keyPrefix", &KeyView::keyPrefix, "How the key begins, to recognise it."),
                 field("permissions", &KeyView::permissions, "What it allows."),
                 field("sessionId", &KeyView::sessionId, "The only session it reaches."),
                 field("isActive", &KeyView::isActive, "False while it is switched off."),
                 field("createdAt", &KeyView::createdAt, "When it was made."),
                 field("lastUsedAt", &KeyView::lastUsedAt, "Last use, to the minute."),
                 field("expiresAt", &KeyView::expiresAt, "When it stops to work.")};
};

// The only answers that hold the whole key.
struct NewKeyView : KeyView {
  std::string key;
  static constexpr auto fields =
      std::tuple_cat(std::tuple{field("key", &NewKeyView::key, "The key itself, shown this once.")},
                     KeyView::fields);
};

struct KeyPage {
  std::vector<KeyView> items;
  std::optional<std::string> nextCursor;
  static constexpr auto fields =
      std::tuple{field("items", &KeyPage::items, "The keys, oldest first."),
                 field("nextCursor", &KeyPage::nextCursor, "Where the next page begins.")};
};

struct KeyList {
  using Response = KeyPage;
  static constexpr CommandInfo command{.method = "key.list",
                                       .cli = "key list",
                                       .route = get("/api/keys"),
                                       .scope = Scope::keys_read,
                                       .summary = "List API keys.",
                                       .returns = "The keys, without their secrets.",
                                       .reach = Reach::unbound};
  std::int64_t limit = 50;
  std::optional<std::string> cursor;
  static constexpr auto fields = std::tuple{
      field("limit", &KeyList::limit, "Most keys in the answer.", range(1, 100), defaulted),
      field("cursor", &KeyList::cursor, "nextCursor of the page before.", length(1, 128))};
};

constexpr auto key_arg(auto member) {
  return arg("keyId", member, "Id of the key.", length(1, 64), value_name("KEY"));
}

struct KeyCreate {
  using Response = NewKeyView;
  static constexpr CommandInfo command{
      .method = "key.create",
      .cli = "key create",
      .route = post("/api/keys", 201),
      .scope = Scope::keys_write,
      .summary = "Make an API key.",
      .description =
          "The key is shown this once; only a hash of it is stored. A key that makes "
          "another can only give what it has itself.",
      .returns = "The new key.",
      .errors = {ErrorCode::session_not_found, ErrorCode::storage_unavailable},
      .reach = Reach::unbound};
  std::string name;
  std::vector<std::string> permissions;
  std::optional<std::string> sessionId;
  std::optional<std::string> expiresAt;
  static constexpr auto fields = std::tuple{
      field("name", &KeyCreate::name, "What it is for.", length(1, 64)),
      field("permissions", &KeyCreate::permissions, "What it allows; a star alone is everything.",
            count(15), one_of(kPermissions), value_name("SCOPE")),
      field("sessionId", &KeyCreate::sessionId,
            "The only session it is to reach, by name or id; any by default.", length(1, 256),
            value_name("NAME")),
      field("expiresAt", &KeyCreate::expiresAt, "When it stops to work, an ISO 8601 time.",
            length(1, 40), value_name("TIME"))};
};

struct KeyUpdate {
  using Response = KeyView;
  static constexpr CommandInfo command{
      .method = "key.update",
      .cli = "key update",
      .route = patch("/api/keys/{keyId}"),
      .scope = Scope::keys_write,
      .summary = "Change what an API key allows.",
      .description = "A key cannot change itself, nor one that may do more than it.",
      .returns = "The key as it is now.",
      .errors = {ErrorCode::key_not_found, ErrorCode::session_not_found,
                 ErrorCode::storage_unavailable},
      .reach = Reach::unbound};
  std::string keyId;
  std::optional<std::string> name;
  std::optional<std::vector<std::string>> permissions;
  std::optional<bool> isActive;
  std::optional<std::optional<std::string>> sessionId;
  std::optional<std::optional<std::string>> expiresAt;
  static constexpr auto fields = std::tuple{
      key_arg(&KeyUpdate::keyId),
      field("name", &KeyUpdate::name, "What it is for.", length(1, 64)),
      field("permissions", &KeyUpdate::permissions, "What it allows; a star alone is everything.",
            count(15), one_of(kPermissions), value_name("SCOPE")),
      field("isActive", &KeyUpdate::isActive, "Switches it on or off."),
      field("sessionId", &KeyUpdate::sessionId,
            "The only session it is to reach, by name or id; null for any.", length(1, 256),
            value_name("NAME")),
      field("expiresAt", &KeyUpdate::expiresAt,
            "When it stops to work, an ISO 8601 time; null for never.", length(1, 40),
            value_name("TIME"))};
};

struct KeyRotate {
  using Response = NewKeyView;
  static constexpr CommandInfo command{
      .method = "key.rotate",
      .cli = "key rotate",
      .route = post("/api/keys/{keyId}/rotate"),
      .scope = Scope::keys_write,
      .summary = "Give an API key a new secret.",
      .description = "The old secret dies at once, or after the time of grace in which both work.",
      .returns = "The key with its new secret, which is shown this once.",
      .errors = {ErrorCode::key_not_found, ErrorCode::storage_unavailable},
      .reach = Reach::unbound};
  std::string keyId;
  std::int64_t graceSec = 0;
  static constexpr auto fields = std::tuple{
      key_arg(&KeyRotate::keyId),
      field("graceSec", &KeyRotate::graceSec, "Seconds for which the old secret still works.",
            range(0, 86400), defaulted, value_name("SECONDS"))};
};

struct KeyDeleted {
  bool success = true;
  static constexpr auto fields = std::tuple{field("success", &KeyDeleted::success, "Always true.")};
};

struct KeyDelete {
  using Response = KeyDeleted;
  static constexpr CommandInfo command{
      .method = "key.delete",
      .cli = "key delete",
      .route = del("/api/keys/{keyId}"),
      .scope = Scope::keys_write,
      .summary = "Delete an API key.",
      .description = "It stops to work at once.",
      .returns = "That it is gone.",
      .errors = {ErrorCode::key_not_found, ErrorCode::storage_unavailable},
      .reach = Reach::unbound};
  std::string keyId;
  static constexpr auto fields = std::tuple{key_arg(&KeyDelete::keyId)};
};

}  // namespace wasphere::ipc
