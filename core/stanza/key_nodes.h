// Public keys as children of stanzas: uploads, fetched bundles, retry receipts.
#pragma once

#include "core/stanza/prekeys.h"

namespace wasphere::stanza {

inline constexpr ByteArray<1> kCurve25519{5};
inline constexpr std::size_t kKeyIdBytes = 3;

// <key><id/><value/></key>
wire::Node key_node(const PublicPreKey& key);
std::optional<PublicPreKey> read_key(const wire::Node& key);

// <skey><id/><value/><signature/></skey>
wire::Node signed_key_node(std::uint32_t id, const crypto::PublicKey& key,
                           const crypto::Signature& signature);
// The <skey> of `parent`, into the signed pre-key members.
Status read_signed_key(const wire::Node& parent, UploadedBundle& out);

}  // namespace wasphere::stanza
