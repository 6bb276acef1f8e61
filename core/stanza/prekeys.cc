#include "core/stanza/prekeys.h"

#include "core/crypto/hash.h"
#include "core/stanza/fields.h"
#include "core/stanza/iq.h"
#include "core/stanza/key_nodes.h"

namespace wasphere::stanza {
namespace {

Status read_one_time_keys(const wire::Node& iq, UploadedBundle& out) {
  const wire::Node* list = iq.child("list");
  if (list == nullptr) return malformed("pre-key upload without <list>");
  for (const wire::Node& node : list->children()) {
    auto key = node.tag == "key" ? read_key(node) : std::nullopt;
    if (!key) return malformed("pre-key upload with a bad <key>");
    out.one_time.push_back(*key);
  }
  return {};
}

}  // namespace

wire::Node prekey_count_request(std::string_view id) {
  return iq(id, "encrypt", "get", {wire::Node{"count", {}, {}}});
}

Result<std::uint32_t> parse_prekey_count(const wire::Node& answer) {
  WS_CHECK(check_iq_result(answer));
  const wire::Node* count = answer.child("count");
  auto value = count == nullptr ? std::nullopt : attr_u32(*count, "value");
  if (!value) return malformed("pre-key count without a number");
  return *value;
}

wire::Node prekey_upload(std::string_view id, const Device& device,
                         const std::vector<PublicPreKey>& keys) {
  wire::Nodes list;
  list.reserve(keys.size());
  for (const PublicPreKey& key : keys) list.push_back(key_node(key));
  const SignedPreKey& signed_key = device.signed_pre_key;
  return iq(
      id, "encrypt", "set",
      {leaf("registration", big_endian(device.registration_id, 4)), leaf("type", kCurve25519),
       leaf("identity", device.identity_key.public_key), wire::Node{"list", {}, std::move(list)},
       signed_key_node(signed_key.id, signed_key.key.public_key, signed_key.signature)});
}

wire::Node digest_request(std::string_view id) {
  return iq(id, "encrypt", "get", {wire::Node{"digest", {}, {}}});
}

std::optional<std::uint32_t> parse_low_prekeys(const wire::Node& notification) {
  if (!is_tag(notification, "notification", "encrypt")) return std::nullopt;
  const wire::Node* count = notification.child("count");
  return count == nullptr ? std::nullopt : attr_u32(*count, "value");
}

Result<UploadedBundle> parse_prekey_upload(const wire::Node& iq) {
  auto registration_id = child_number(iq, "registration", 4);
  auto identity = child_array<32>(iq, "identity");
  if (!registration_id) return malformed("pre-key upload without a registration id of 4 bytes");
  if (child_array<1>(iq, "type") != kCurve25519)
    return malformed("pre-key upload with another key type than 05");
  if (!identity) return malformed("pre-key upload without an identity of 32 bytes");
  UploadedBundle out;
  out.registration_id = *registration_id;
  out.identity = *identity;
  WS_CHECK(read_signed_key(iq, out));
  WS_CHECK(read_one_time_keys(iq, out));
  return out;
}

Result<UploadedBundle> parse_prekey_rotate(const wire::Node& iq) {
  const wire::Node* rotate = iq.child("rotate");
  if (rotate == nullptr) return malformed("no <rotate>");
  UploadedBundle out;
  WS_CHECK(read_signed_key(*rotate, out));
  return out;
}

wire::Node build_digest(const UploadedBundle& bundle) {
  Bytes hashed = concat({bundle.identity, bundle.signed_pre_key, bundle.signed_pre_key_signature});
  wire::Nodes ids;
  ids.reserve(bundle.one_time.size());
  for (const PublicPreKey& key : bundle.one_time) {
    append(hashed, key.key);
    ids.push_back(leaf("id", big_endian(key.id, kKeyIdBytes)));
  }
  return {"digest",
          {},
          wire::Nodes{leaf("registration", big_endian(bundle.registration_id, 4)),
                      leaf("type", kCurve25519), leaf("identity", bundle.identity),
                      signed_key_node(bundle.signed_pre_key_id, bundle.signed_pre_key,
                                      bundle.signed_pre_key_signature),
                      wire::Node{"list", {}, std::move(ids)}, leaf("hash", crypto::sha1(hashed))}};
}

}  // namespace wasphere::stanza
