// Other people's device identities.
#include "core/proto/stanza.pb.h"
#include "core/stanza/adv.h"

namespace wasphere::stanza {
namespace {

constexpr std::size_t kMaxIdentity = 64U << 10;
constexpr std::int32_t kHosted = 1;
constexpr std::uint8_t kHostedDevicePrefix = 6;

// What the two signatures cover, and who made them.
struct Claim {
  AdvIdentity identity;
  Bytes device_signature;
  std::optional<crypto::PublicKey> account_key;
};

// Nothing if it does not decode, or its key is none.
std::optional<Claim> read_claim(BytesView encoded,
                                const std::optional<crypto::PublicKey>& account_key) {
  proto::ADVSignedDeviceIdentity in;
  proto::ADVDeviceIdentity details;
  if (encoded.size() > kMaxIdentity) return std::nullopt;
  bool decoded = in.ParseFromArray(encoded.data(), static_cast<int>(encoded.size())) &&
                 details.ParseFromString(in.details());
  if (!decoded) return std::nullopt;
  Claim out;
  out.identity.details = to_bytes(as_bytes(in.details()));
  out.identity.hosted_device = details.device_type() == kHosted;
  out.device_signature = to_bytes(as_bytes(in.device_signature()));
  out.account_key = account_key;
  if (in.has_account_signature_key()) {
    out.account_key = to_array<32>(as_bytes(in.account_signature_key()));
    if (!out.account_key) return std::nullopt;
  }
  auto signature = to_array<64>(as_bytes(in.account_signature()));
  if (!signature) return std::nullopt;
  out.identity.account_signature = *signature;
  return out;
}

bool account_signed(const AdvIdentity& identity, const crypto::PublicKey& companion) {
  return crypto::verify(identity.account_key, account_signature_message(identity, companion),
                        identity.account_signature);
}

// Hosted devices were seen with either prefix.
bool device_signed(const Claim& claim, const crypto::PublicKey& companion) {
  if (claim.device_signature.empty()) return true;
  Bytes message = device_signature_message(claim.identity, companion);
  if (crypto::verify(companion, message, claim.device_signature)) return true;
  message[1] = kHostedDevicePrefix;
  return claim.identity.hosted_device && crypto::verify(companion, message, claim.device_signature);
}

}  // namespace

bool plausible_device_identity(BytesView device_identity, const crypto::PublicKey& identity,
                               const std::optional<crypto::PublicKey>& account_key) {
  if (device_identity.empty()) return true;
  auto claim = read_claim(device_identity, account_key);
  if (!claim) return false;
  if (!claim->account_key) return true;
  claim->identity.account_key = *claim->account_key;
  return account_signed(claim->identity, identity) && device_signed(*claim, identity);
}

}  // namespace wasphere::stanza
