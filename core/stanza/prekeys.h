// Pre-key upload, count and digest (protocol 1, section 7.4).
#pragma once

#include <vector>

#include "core/stanza/device.h"
#include "core/wire/node.h"

namespace wasphere::stanza {

inline constexpr std::uint32_t kInitialPreKeys = 812;
inline constexpr std::uint32_t kMinPreKeys = 5;
inline constexpr std::uint32_t kMaxPreKeyId = 0xFFFFFF;

struct PublicPreKey {
  std::uint32_t id = 0;
  crypto::PublicKey key{};
};

wire::Node prekey_count_request(std::string_view id);
Result<std::uint32_t> parse_prekey_count(const wire::Node& answer);
wire::Node prekey_upload(std::string_view id, const Device& device,
                         const std::vector<PublicPreKey>& keys);
wire::Node digest_request(std::string_view id);
// The count in <notification type="encrypt"><count value/></notification>; nothing if it is another
// kind.
std::optional<std::uint32_t> parse_low_prekeys(const wire::Node& notification);

// Server side.
struct UploadedBundle {
  std::uint32_t registration_id = 0;
  crypto::PublicKey identity{};
  std::uint32_t signed_pre_key_id = 0;
  crypto::PublicKey signed_pre_key{};
  crypto::Signature signed_pre_key_signature{};
  std::vector<PublicPreKey> one_time;
};
Result<UploadedBundle> parse_prekey_upload(const wire::Node& iq);
// The <skey> of <rotate>, in the signed pre-key members of the result; the others stay empty.
Result<UploadedBundle> parse_prekey_rotate(const wire::Node& iq);
wire::Node build_digest(const UploadedBundle& bundle);  // the <digest> child

}  // namespace wasphere::stanza
