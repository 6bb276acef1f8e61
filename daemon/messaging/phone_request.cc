#include "daemon/messaging/phone_request.h"

#include "core/model/peer.h"
#include "daemon/messaging/encryption.h"

namespace wasphere::messaging {

wire::Jid own_phone(const stanza::OwnAddresses& own) {
  return own.jid.without_device();
}

std::optional<wire::Node> make_phone_request(store::Tx& tx, const JobContext& job,
                                             const std::vector<model::MessageKey>& wanted) {
  auto enc = encrypt_for(tx, job, own_phone(job.own), model::placeholder_request(wanted));
  if (!enc) return std::nullopt;
  stanza::OutgoingMessage message;
  message.id = stanza::make_message_id(job.now_s(), job.own.jid, job.rng);
  message.to = own_phone(job.own);
  message.peer = true;
  message.push_priority = "high_force";
  message.meta.emplace_back("appdata", "default");
  if (enc->type == stanza::EncType::pkmsg) message.device_identity = job.signed_identity;
  message.common = std::move(*enc);
  return stanza::build_message(message);
}

}  // namespace wasphere::messaging
