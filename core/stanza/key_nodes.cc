#include "core/stanza/key_nodes.h"

#include "core/stanza/fields.h"

namespace wasphere::stanza {

wire::Node key_node(const PublicPreKey& key) {
  return {
      "key", {}, wire::Nodes{leaf("id", big_endian(key.id, kKeyIdBytes)), leaf("value", key.key)}};
}

std::optional<PublicPreKey> read_key(const wire::Node& key) {
  auto id = child_number(key, "id", kKeyIdBytes);
  auto value = child_array<32>(key, "value");
  if (!id || !value) return std::nullopt;
  return PublicPreKey{*id, *value};
}

wire::Node signed_key_node(std::uint32_t id, const crypto::PublicKey& key,
                           const crypto::Signature& signature) {
  return {"skey",
          {},
          wire::Nodes{leaf("id", big_endian(id, kKeyIdBytes)), leaf("value", key),
                      leaf("signature", signature)}};
}

Status read_signed_key(const wire::Node& parent, UploadedBundle& out) {
  const wire::Node* skey = parent.child("skey");
  if (skey == nullptr) return malformed("keys without <skey>");
  auto key = read_key(*skey);
  auto signature = child_array<64>(*skey, "signature");
  if (!key || !signature) return malformed("keys with a bad <skey>");
  out.signed_pre_key_id = key->id;
  out.signed_pre_key = key->key;
  out.signed_pre_key_signature = *signature;
  return {};
}

}  // namespace wasphere::stanza
