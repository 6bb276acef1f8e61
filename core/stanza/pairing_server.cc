// What the server makes of a scan, and what it checks in the companion's answer.
#include "core/proto/stanza.pb.h"
#include "core/stanza/adv.h"
#include "core/stanza/fields.h"
#include "core/stanza/pairing.h"

namespace wasphere::stanza {
namespace {

// Without these a companion of an account with LIDs logs itself out later.
Bytes client_props() {
  proto::ClientPairingProps props;
  props.set_is_chat_db_lid_migrated(true);
  props.set_is_syncd_pure_lid_session(true);
  props.set_is_syncd_snapshot_recovery_enabled(true);
  return to_bytes(as_bytes(props.SerializeAsString()));
}

Status check_signatures(const SignedIdentityReply& reply, const AdvIdentity& granted,
                        const crypto::PublicKey& companion) {
  if (reply.details != granted.details)
    return fail(ErrorCode::crypto_error, "pair-device-sign is about another device identity");
  bool other_key =
      !reply.account_key.empty() && !equal_constant_time(reply.account_key, granted.account_key);
  if (other_key || !equal_constant_time(reply.account_signature, granted.account_signature))
    return fail(ErrorCode::crypto_error, "pair-device-sign has another account signature");
  Bytes message = device_signature_message(granted, companion);
  if (!crypto::verify(companion, message, reply.device_signature))
    return fail(ErrorCode::crypto_error, "the device signature of pair-device-sign is wrong");
  return {};
}

}  // namespace

wire::Node build_pair_success(const PairSuccessContent& content) {
  wire::Node device{"device", {{"jid", content.jid}}, {}};
  if (!content.lid.server.empty()) device.set("lid", content.lid);
  wire::Nodes children{
      leaf("device-identity", content.device_identity_hmac),
      std::move(device),
      text_attr_node("platform", "name", content.platform),
  };
  if (!content.business_name.empty())
    children.push_back(text_attr_node("biz", "name", content.business_name));
  children.push_back(leaf("client-props", client_props()));
  return {"iq",
          {{"from", wire::Jid::server_only()},
           {"type", "set"},
           {"id", content.id},
           {"xmlns", "md"},
           {"t", std::to_string(content.time)}},
          wire::Nodes{wire::Node{"pair-success", {}, std::move(children)}}};
}

Status check_pair_device_sign(const wire::Node& result, const crypto::PublicKey& companion_identity,
                              BytesView device_identity_hmac) {
  const wire::Node* sign =
      is_tag(result, "iq", "result") ? result.child("pair-device-sign") : nullptr;
  const wire::Node* signed_identity = sign == nullptr ? nullptr : sign->child("device-identity");
  if (signed_identity == nullptr) return malformed("no <pair-device-sign> answer");
  auto granted = read_identity(device_identity_hmac);
  if (!granted) return malformed(describe(granted.error()));
  if (attr_u32(*signed_identity, "key-index") != granted->key_index)
    return malformed("pair-device-sign with another key-index than was granted");
  WS_TRY(auto reply, read_signed_identity(signed_identity->content_bytes()));
  return check_signatures(reply, *granted, companion_identity);
}

}  // namespace wasphere::stanza
