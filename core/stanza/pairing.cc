#include "core/stanza/pairing.h"

#include "core/stanza/adv.h"
#include "core/stanza/fields.h"
#include "core/stanza/iq.h"

namespace wasphere::stanza {
namespace {

struct PairSuccessFields {
  Bytes container;
  wire::Jid jid, lid;
  std::string platform, business_name;
};

std::string attr_of_child(const wire::Node& node, std::string_view tag, std::string_view key) {
  const wire::Node* child = node.child(tag);
  return child == nullptr ? std::string{} : utf8_or_empty(child->attr_or(key, ""));
}

bool is_number(const std::string& text) {
  return !text.empty() && text.size() <= 20 &&
         text.find_first_not_of("0123456789") == std::string::npos;
}

// Text and tag forms must agree, because the address goes through text later.
bool is_account_jid(const wire::Jid& jid) {
  return is_number(jid.user) && wire::Jid::parse(jid.to_string()) == jid;
}

Result<PairSuccessFields> read_fields(const wire::Node& iq) {
  const wire::Node* pair = iq.tag == "iq" ? iq.child("pair-success") : nullptr;
  if (pair == nullptr || !iq.has("id")) return malformed("no <pair-success> request");
  auto container = child_bytes(*pair, "device-identity");
  const wire::Node* device = pair->child("device");
  if (!container) return malformed("<pair-success> without <device-identity>");
  auto jid = device == nullptr ? std::nullopt : device->jid("jid");
  if (!jid || !is_account_jid(*jid)) return malformed("<pair-success> without a valid jid");
  wire::Jid lid = device->jid("lid").value_or(wire::Jid{});
  if (!lid.server.empty() && !is_account_jid(lid))
    return malformed("<pair-success> with an invalid lid");
  return PairSuccessFields{std::move(*container), *jid, lid,
                           attr_of_child(*pair, "platform", "name"),
                           attr_of_child(*pair, "biz", "name")};
}

PairFailure refuse(const wire::Node& iq, AdvFault fault) {
  Error error{ErrorCode::crypto_error, "linking failed: " + std::string(describe(fault))};
  switch (fault) {
    case AdvFault::malformed:
      error.code = ErrorCode::protocol_error;
      return {std::move(error), iq_error(iq, 500, "internal-error")};
    case AdvFault::hmac_mismatch:
      return {std::move(error), iq_error(iq, 401, "hmac-mismatch")};
    case AdvFault::signature_mismatch:
      return {std::move(error), iq_error(iq, 401, "signature-mismatch")};
  }
  return {std::move(error), iq_error(iq, 500, "internal-error")};
}

Account make_account(PairSuccessFields fields, const AdvIdentity& identity,
                     const crypto::Signature& device_signature) {
  Account account;
  account.jid = std::move(fields.jid);
  account.lid = std::move(fields.lid);
  account.platform = std::move(fields.platform);
  account.business_name = std::move(fields.business_name);
  account.signed_identity = encode_signed_identity(identity, device_signature, AccountKey::include);
  account.account_signature_key = identity.account_key;
  account.key_index = identity.key_index;
  return account;
}

wire::Node sign_reply(const wire::Node& iq, const AdvIdentity& identity,
                      const crypto::Signature& device_signature) {
  wire::Node signed_identity =
      leaf("device-identity", encode_signed_identity(identity, device_signature, AccountKey::omit));
  signed_identity.set("key-index", std::to_string(identity.key_index));
  return iq_result(iq,
                   {wire::Node{"pair-device-sign", {}, wire::Nodes{std::move(signed_identity)}}});
}

}  // namespace

tl::expected<PairSuccess, PairFailure> accept_pair_success(const wire::Node& iq,
                                                           const Device& device, Rng& rng) {
  auto fields = read_fields(iq);
  if (!fields)
    return tl::unexpected(PairFailure{fields.error(), iq_error(iq, 500, "internal-error")});
  const crypto::KeyPair& own = device.identity_key;
  auto identity = open_identity(fields->container, device.adv_secret, own.public_key);
  if (!identity) return tl::unexpected(refuse(iq, identity.error()));
  Bytes message = device_signature_message(*identity, own.public_key);
  crypto::Signature device_signature = crypto::sign(own.private_key, message, rng);
  return PairSuccess{make_account(std::move(*fields), *identity, device_signature),
                     sign_reply(iq, *identity, device_signature)};
}

CompanionGrant grant_companion(const PhoneIdentity& phone,
                               const crypto::PublicKey& companion_identity,
                               const Secret<32>& adv_secret, std::uint32_t key_index,
                               const std::vector<std::uint32_t>& valid_indexes, std::uint64_t now,
                               Rng& rng) {
  AdvIdentity identity;
  identity.details = encode_device_identity(phone.raw_id, now, key_index);
  identity.account_key = phone.key.public_key;
  identity.account_signature = crypto::sign(
      phone.key.private_key, account_signature_message(identity, companion_identity), rng);
  KeyIndexList list{phone.raw_id, now, key_index, valid_indexes};
  return {seal_identity(identity, adv_secret),
          sign_key_index_list(list, phone.key.private_key, rng)};
}

}  // namespace wasphere::stanza
