#include "daemon/messaging/phone_request.h"

#include "core/model/peer.h"
#include "daemon/messaging/encryption.h"

namespace wasphere::messaging {
namespace {

bool still_missed(store::Tx& tx, const JobContext& job, const model::MessageKey& key) {
  const auto row = tx.messages.find_in_chat(job.id(), key.chat, key.id);
  return row && row->status == store::MessageStatus::undecryptable;
}

}  // namespace

wire::Jid own_phone(const stanza::OwnAddresses& own) {
  return own.jid.without_device();
}

PhoneRequest make_phone_request(store::Tx& tx, const JobContext& job,
                                const std::vector<model::MessageKey>& wanted) {
  std::vector<model::MessageKey> missed;
  for (const model::MessageKey& key : wanted)
    if (still_missed(tx, job, key)) missed.push_back(key);
  if (missed.empty()) return {};
  auto enc = encrypt_for(tx, job, own_phone(job.own), model::placeholder_request(missed));
  if (!enc) return {std::nullopt, true};
  stanza::OutgoingMessage message;
  message.id = stanza::make_message_id(job.now_s(), job.own.jid, job.rng);
  message.to = own_phone(job.own);
  message.peer = true;
  message.push_priority = "high_force";
  message.meta.emplace_back("appdata", "default");
  if (enc->type == stanza::EncType::pkmsg) message.device_identity = job.signed_identity;
  message.common = std::move(*enc);
  return {stanza::build_message(message), false};
}

}  // namespace wasphere::messaging
