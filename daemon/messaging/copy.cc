#include "daemon/messaging/copy.h"

#include "core/stanza/usync.h"

namespace wasphere::messaging {

stanza::OutgoingMessage begin_copy(const JobContext& job, const store::SentMessage& sent,
                                   stanza::Enc enc) {
  stanza::OutgoingMessage copy;
  copy.id = sent.id;
  copy.type = sent.type;
  copy.edit = sent.edit;
  if (enc.type == stanza::EncType::pkmsg) copy.device_identity = job.signed_identity;
  enc.mediatype = sent.mediatype;
  enc.hide_failure = sent.hide_failure;
  copy.common = std::move(enc);
  if (!sent.poll_type.empty()) copy.meta.emplace_back("polltype", sent.poll_type);
  return copy;
}

Bytes privacy_token(store::Tx& tx, const JobContext& job, const wire::Jid& user) {
  const auto tokens = tx.directory.tokens(job.id(), user);
  if (!tokens || tokens->received.empty()) return {};
  const auto received = static_cast<std::uint64_t>(tokens->received_s);
  return stanza::privacy_token_valid(received, job.now_s()) ? tokens->received : Bytes{};
}

}  // namespace wasphere::messaging
