// Fetching the pre-key bundles of others, and putting a new signed pre-key of our own in place.
#include "core/stanza/enc.h"
#include "core/stanza/fields.h"
#include "core/stanza/iq.h"
#include "core/stanza/key_nodes.h"
#include "core/stanza/usync.h"

namespace wasphere::stanza {
namespace {

std::optional<UploadedBundle> read_bundle(const wire::Node& user) {
  auto registration_id = child_number(user, "registration", 4);
  auto identity = child_array<32>(user, "identity");
  UploadedBundle out;
  if (!registration_id || !identity || !read_signed_key(user, out)) return std::nullopt;
  out.registration_id = *registration_id;
  out.identity = *identity;
  const wire::Node* key = user.child("key");
  if (key == nullptr) return out;
  auto one_time = read_key(*key);
  if (!one_time) return std::nullopt;
  out.one_time.push_back(*one_time);
  return out;
}

FetchedBundle read_user(const wire::Node& user, const wire::Jid& device) {
  FetchedBundle out;
  out.device = device;
  if (const wire::Node* error = user.child("error")) {
    out.error = attr_u32(*error, "code").value_or(0);
    return out;
  }
  out.bundle = read_bundle(user);
  out.device_identity = child_bytes(user, "device-identity").value_or(Bytes{});
  return out;
}

}  // namespace

wire::Node bundle_request(std::string_view id, const std::vector<wire::Jid>& devices,
                          bool identity_changed) {
  wire::Nodes users;
  users.reserve(devices.size());
  for (const wire::Jid& device : devices) {
    users.push_back({"user", {{"jid", device}}, {}});
    if (identity_changed) users.back().set("reason", "identity");
  }
  return iq(id, "encrypt", "get", {wire::Node{"key", {}, std::move(users)}});
}

Result<std::vector<FetchedBundle>> parse_bundles(const wire::Node& answer) {
  WS_CHECK(check_iq_result(answer));
  const wire::Node* list = answer.child("list");
  if (list == nullptr) return malformed("a bundle answer without <list>");
  std::vector<FetchedBundle> out;
  for (const wire::Node& user : list->children())
    if (auto device = attr_user(user, "jid")) out.push_back(read_user(user, *device));
  return out;
}

wire::Node rotate_signed_prekey(std::string_view id, const SignedPreKey& key) {
  wire::Node skey = signed_key_node(key.id, key.key.public_key, key.signature);
  return iq(id, "encrypt", "set", {wire::Node{"rotate", {}, wire::Nodes{std::move(skey)}}});
}

}  // namespace wasphere::stanza
