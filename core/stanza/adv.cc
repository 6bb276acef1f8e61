#include "core/stanza/adv.h"

#include "core/crypto/hash.h"
#include "core/proto/stanza.pb.h"
#include "core/stanza/fields.h"

namespace wasphere::stanza {
namespace {

constexpr std::int32_t kHosted = 1;  // ADVEncryptionType
constexpr ByteArray<2> kAccountPrefix{6, 0};
constexpr ByteArray<2> kDevicePrefix{6, 1};
constexpr ByteArray<2> kKeyIndexPrefix{6, 2};
constexpr ByteArray<2> kHostedPrefix{6, 5};
// The list holds one number for each of a handful of companions.
constexpr int kMaxIndexes = 1024;

template <class Message>
bool decode(Message& out, BytesView bytes) {
  constexpr std::size_t kMaxMessage = 64U << 10;
  return bytes.size() <= kMaxMessage &&
         out.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

template <class Message>
Bytes encode(const Message& message) {
  return to_bytes(as_bytes(message.SerializeAsString()));
}

// The container's HMAC covers the prefix by the outer account type; the signature's goes by the
// inner device type.
ByteArray<32> container_hmac(const Secret<32>& adv_secret, bool hosted_account, BytesView details) {
  BytesView prefix = hosted_account ? BytesView(kHostedPrefix) : BytesView{};
  return crypto::hmac_sha256(adv_secret.view(), concat({prefix, details}));
}

bool fill_signed(AdvIdentity& out, BytesView encoded) {
  proto::ADVSignedDeviceIdentity in;
  if (!decode(in, encoded) || !in.has_details()) return false;
  auto key = to_array<32>(as_bytes(in.account_signature_key()));
  auto signature = to_array<64>(as_bytes(in.account_signature()));
  if (!key || !signature) return false;
  out.details = to_bytes(as_bytes(in.details()));
  out.account_key = *key;
  out.account_signature = *signature;
  return true;
}

bool fill_details(AdvIdentity& out) {
  proto::ADVDeviceIdentity in;
  if (!decode(in, out.details)) return false;
  out.raw_id = in.raw_id();
  out.timestamp = in.timestamp();
  out.key_index = in.key_index();
  out.hosted_device = in.device_type() == kHosted;
  return true;
}

Result<proto::ADVSignedKeyIndexList> signed_list(BytesView encoded) {
  proto::ADVSignedKeyIndexList out;
  if (!decode(out, encoded)) return malformed("the key index list does not decode");
  return out;
}

bool has_signature_of(const proto::ADVSignedKeyIndexList& list,
                      const crypto::PublicKey& account_key) {
  Bytes message = concat({kKeyIndexPrefix, as_bytes(list.details())});
  return crypto::verify(account_key, message, as_bytes(list.account_signature()));
}

Result<KeyIndexList> list_in(const proto::ADVSignedKeyIndexList& list) {
  proto::ADVKeyIndexList in;
  if (!decode(in, as_bytes(list.details()))) return malformed("the key index list does not decode");
  if (in.valid_indexes_size() > kMaxIndexes) return malformed("the key index list is too long");
  return KeyIndexList{in.raw_id(),
                      in.timestamp(),
                      in.current_index(),
                      {in.valid_indexes().begin(), in.valid_indexes().end()}};
}

tl::expected<AdvIdentity, AdvFault> identity_in(const proto::ADVSignedDeviceIdentityHMAC& outer) {
  AdvIdentity out;
  if (!fill_signed(out, as_bytes(outer.details())) || !fill_details(out))
    return tl::unexpected(AdvFault::malformed);
  return out;
}

}  // namespace

std::string_view describe(AdvFault fault) {
  switch (fault) {
    case AdvFault::malformed:
      return "the device identity does not decode";
    case AdvFault::hmac_mismatch:
      return "the device identity was not made for this QR or code (HMAC mismatch)";
    case AdvFault::signature_mismatch:
      return "the account signature of the device identity is wrong";
  }
  return "unknown fault";
}

tl::expected<AdvIdentity, AdvFault> read_identity(BytesView container) {
  proto::ADVSignedDeviceIdentityHMAC outer;
  if (!decode(outer, container)) return tl::unexpected(AdvFault::malformed);
  return identity_in(outer);
}

tl::expected<AdvIdentity, AdvFault> open_identity(BytesView container, const Secret<32>& adv_secret,
                                                  const crypto::PublicKey& companion) {
  proto::ADVSignedDeviceIdentityHMAC outer;
  if (!decode(outer, container)) return tl::unexpected(AdvFault::malformed);
  bool hosted_account = outer.account_type() == kHosted;
  auto hmac = container_hmac(adv_secret, hosted_account, as_bytes(outer.details()));
  if (!equal_constant_time(hmac, as_bytes(outer.hmac())))
    return tl::unexpected(AdvFault::hmac_mismatch);
  auto identity = identity_in(outer);
  if (!identity) return identity;
  Bytes message = account_signature_message(*identity, companion);
  if (!crypto::verify(identity->account_key, message, identity->account_signature))
    return tl::unexpected(AdvFault::signature_mismatch);
  return identity;
}

Bytes seal_identity(const AdvIdentity& identity, const Secret<32>& adv_secret) {
  proto::ADVSignedDeviceIdentity inner;
  inner.set_details(to_text(identity.details));
  inner.set_account_signature_key(to_text(identity.account_key));
  inner.set_account_signature(to_text(identity.account_signature));
  proto::ADVSignedDeviceIdentityHMAC outer;
  outer.set_details(inner.SerializeAsString());
  outer.set_hmac(to_text(container_hmac(adv_secret, false, as_bytes(outer.details()))));
  return encode(outer);
}

Bytes encode_device_identity(std::uint32_t raw_id, std::uint64_t timestamp,
                             std::uint32_t key_index) {
  proto::ADVDeviceIdentity out;
  out.set_raw_id(raw_id);
  out.set_timestamp(timestamp);
  out.set_key_index(key_index);
  return encode(out);
}

Bytes account_signature_message(const AdvIdentity& identity, const crypto::PublicKey& companion) {
  const auto& prefix = identity.hosted_device ? kHostedPrefix : kAccountPrefix;
  return concat({prefix, identity.details, companion});
}

Bytes device_signature_message(const AdvIdentity& identity, const crypto::PublicKey& companion) {
  return concat({kDevicePrefix, identity.details, companion, identity.account_key});
}

Bytes encode_signed_identity(const AdvIdentity& identity, const crypto::Signature& device_signature,
                             AccountKey account_key) {
  proto::ADVSignedDeviceIdentity out;
  out.set_details(to_text(identity.details));
  if (account_key == AccountKey::include)
    out.set_account_signature_key(to_text(identity.account_key));
  out.set_account_signature(to_text(identity.account_signature));
  out.set_device_signature(to_text(device_signature));
  return encode(out);
}

Result<SignedIdentityReply> read_signed_identity(BytesView encoded) {
  proto::ADVSignedDeviceIdentity in;
  if (!decode(in, encoded)) return malformed("the signed device identity does not decode");
  return SignedIdentityReply{
      to_bytes(as_bytes(in.details())), to_bytes(as_bytes(in.account_signature_key())),
      to_bytes(as_bytes(in.account_signature())), to_bytes(as_bytes(in.device_signature()))};
}

Bytes sign_key_index_list(const KeyIndexList& list, const crypto::PrivateKey& account_key,
                          Rng& rng) {
  proto::ADVKeyIndexList details;
  details.set_raw_id(list.raw_id);
  details.set_timestamp(list.timestamp);
  details.set_current_index(list.current_index);
  for (std::uint32_t index : list.valid_indexes) details.add_valid_indexes(index);
  proto::ADVSignedKeyIndexList out;
  out.set_details(details.SerializeAsString());
  Bytes message = concat({kKeyIndexPrefix, as_bytes(out.details())});
  out.set_account_signature(to_text(crypto::sign(account_key, message, rng)));
  return encode(out);
}

Result<KeyIndexList> verify_key_index_list(BytesView encoded,
                                           const crypto::PublicKey& account_key) {
  WS_TRY(proto::ADVSignedKeyIndexList in, signed_list(encoded));
  WS_TRY(KeyIndexList out, list_in(in));
  if (!has_signature_of(in, account_key))
    return fail(ErrorCode::crypto_error, "the signature of the key index list is wrong");
  return out;
}

Result<KeyIndexList> read_key_index_list(BytesView encoded) {
  WS_TRY(proto::ADVSignedKeyIndexList in, signed_list(encoded));
  if (!in.has_account_signature_key()) return list_in(in);
  auto key = to_array<32>(as_bytes(in.account_signature_key()));
  if (!key) return malformed("the key of the key index list is none");
  return verify_key_index_list(encoded, *key);
}

}  // namespace wasphere::stanza
