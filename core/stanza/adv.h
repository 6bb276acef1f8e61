// ADV identities: what ties a companion's identity key to its account (protocol 1, sections 5.4
// and 5.5). Details are signed as received and never encoded again.
#pragma once

#include <optional>
#include <vector>

#include "core/crypto/curve.h"
#include "core/util/result.h"

namespace wasphere::stanza {

struct AdvIdentity {
  Bytes details;  // encoded ADVDeviceIdentity
  std::uint32_t raw_id = 0;
  std::uint64_t timestamp = 0;  // Unix seconds
  std::uint32_t key_index = 0;
  bool hosted_device = false;  // the inner deviceType
  crypto::PublicKey account_key{};
  crypto::Signature account_signature{};
};

enum class AdvFault : std::uint8_t { malformed, hmac_mismatch, signature_mismatch };
std::string_view describe(AdvFault fault);

// Decodes an ADVSignedDeviceIdentityHMAC without believing it: for the server, which has no secret.
tl::expected<AdvIdentity, AdvFault> read_identity(BytesView container);
// Decodes it and verifies its HMAC and the account signature over `companion`.
tl::expected<AdvIdentity, AdvFault> open_identity(BytesView container, const Secret<32>& adv_secret,
                                                  const crypto::PublicKey& companion);
// The phone's part of the same: an ADVSignedDeviceIdentityHMAC of an ordinary (not hosted) account.
Bytes seal_identity(const AdvIdentity& identity, const Secret<32>& adv_secret);
// An ADVDeviceIdentity with the key index even if it is 0, and without the zero enumerations.
Bytes encode_device_identity(std::uint32_t raw_id, std::uint64_t timestamp,
                             std::uint32_t key_index);

Bytes account_signature_message(const AdvIdentity& identity, const crypto::PublicKey& companion);
// Prefix 06 01, for hosted devices also.
Bytes device_signature_message(const AdvIdentity& identity, const crypto::PublicKey& companion);

enum class AccountKey : bool { omit, include };
// An ADVSignedDeviceIdentity: for the store with all four members, for the server without the key.
Bytes encode_signed_identity(const AdvIdentity& identity, const crypto::Signature& device_signature,
                             AccountKey account_key);
// The signatures of an ADVSignedDeviceIdentity as the server receives it.
struct SignedIdentityReply {
  Bytes details;
  Bytes account_key;  // empty: omitted
  Bytes account_signature;
  Bytes device_signature;
};
Result<SignedIdentityReply> read_signed_identity(BytesView encoded);

struct KeyIndexList {
  std::uint32_t raw_id = 0;
  std::uint64_t timestamp = 0;
  std::uint32_t current_index = 0;
  std::vector<std::uint32_t> valid_indexes;
};
// An ADVSignedKeyIndexList, its signature (prefix 06 02) by `account_key`.
Bytes sign_key_index_list(const KeyIndexList& list, const crypto::PrivateKey& account_key,
                          Rng& rng);
Result<KeyIndexList> verify_key_index_list(BytesView encoded, const crypto::PublicKey& account_key);
// The same with the key that the list itself brings; without one the list is read unverified.
Result<KeyIndexList> read_key_index_list(BytesView encoded);

// The bytes of somebody's ADVSignedDeviceIdentity against his identity key. `account_key` counts
// only if the identity brings none. False for what is present and wrong; true for no bytes at all
// and if they cannot be checked for want of a key.
bool plausible_device_identity(BytesView device_identity, const crypto::PublicKey& identity,
                               const std::optional<crypto::PublicKey>& account_key);

}  // namespace wasphere::stanza
