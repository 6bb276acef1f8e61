#include "core/model/addon.h"

#include "core/crypto/cipher.h"
#include "core/crypto/hash.h"

namespace wasphere::model {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kIvBytes = 12;
constexpr ByteArray<1> kSeparator{0};

Bytes key_of(const MessageSecret& secret, const AddonParties& parties, std::string_view use_case) {
  Bytes info = concat({as_bytes(parties.parent_id), as_bytes(parties.parent_author),
                       as_bytes(parties.sender), as_bytes(use_case)});
  return crypto::hkdf_sha256(secret, {}, info, kKeyBytes);
}

Bytes authenticated(const AddonParties& parties, std::string_view use_case) {
  if (use_case != use_case::kPollVote && use_case != use_case::kEventResponse) return {};
  return concat({as_bytes(parties.parent_id), kSeparator, as_bytes(parties.sender)});
}

}  // namespace

Sealed seal_addon(BytesView plaintext, const MessageSecret& secret, const AddonParties& parties,
                  std::string_view use_case, Rng& rng) {
  Sealed out;
  out.iv = rng.bytes(kIvBytes);
  out.payload = crypto::aes_gcm_encrypt(key_of(secret, parties, use_case), out.iv, plaintext,
                                        authenticated(parties, use_case));
  return out;
}

Result<Bytes> open_addon(const Sealed& sealed, const MessageSecret& secret,
                         const AddonParties& parties, std::string_view use_case) {
  if (sealed.iv.size() != kIvBytes)
    return fail(ErrorCode::crypto_error, "the add-on has an IV of a wrong length");
  return crypto::aes_gcm_decrypt(key_of(secret, parties, use_case), sealed.iv, sealed.payload,
                                 authenticated(parties, use_case));
}

}  // namespace wasphere::model
