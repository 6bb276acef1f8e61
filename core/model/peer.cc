#include "core/model/peer.h"

#include "core/proto/peer.pb.h"
#include "core/util/encoding.h"

namespace wasphere::model {
namespace {

constexpr int kPlaceholderResend = 4;

template <class T>
Result<T> decode(BytesView bytes) {
  T out;
  if (!out.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return fail(ErrorCode::protocol_error, "a protocol message that is none");
  return out;
}

MessageKey key_of(const proto::peer::Key& key) {
  return {key.remote_jid(), key.from_me(), key.id(), key.participant()};
}

RecoveredMessage recovered(const proto::peer::WebMessage& web) {
  RecoveredMessage out;
  out.key = key_of(web.key());
  out.message = Bytes(web.message().begin(), web.message().end());
  out.time = web.time();
  out.participant = web.participant();
  if (is_valid_utf8(web.push_name())) out.push_name = web.push_name();
  return out;
}

}  // namespace

Result<std::vector<LidPair>> parse_lid_mappings(const Protocol& protocol) {
  WS_TRY(const auto message, decode<proto::peer::ProtocolMessage>(protocol.body));
  WS_TRY(const auto payload,
         decode<proto::peer::LidMappingPayload>(as_bytes(message.lid_mappings().payload())));
  std::vector<LidPair> out;
  for (const auto& mapping : payload.mappings()) {
    const std::uint64_t lid = mapping.latest() != 0 ? mapping.latest() : mapping.assigned();
    if (mapping.phone() == 0 || lid == 0) continue;
    out.push_back({{std::to_string(mapping.phone()), std::string(wire::kUserServer)},
                   {std::to_string(lid), std::string(wire::kLidServer)}});
  }
  return out;
}

Result<std::vector<RecoveredMessage>> parse_recovered(const Protocol& protocol) {
  WS_TRY(const auto message, decode<proto::peer::ProtocolMessage>(protocol.body));
  std::vector<RecoveredMessage> out;
  if (message.answer().type() != kPlaceholderResend) return out;
  for (const auto& result : message.answer().results()) {
    if (!result.has_placeholder()) continue;
    WS_TRY(const auto web,
           decode<proto::peer::WebMessage>(as_bytes(result.placeholder().web_message())));
    out.push_back(recovered(web));
  }
  return out;
}

Bytes placeholder_request(const std::vector<MessageKey>& keys) {
  proto::peer::Message message;
  auto* protocol = message.mutable_protocol();
  protocol->set_type(kPeerRequest);
  auto* request = protocol->mutable_request();
  request->set_type(kPlaceholderResend);
  for (const MessageKey& key : keys) {
    auto* wanted = request->add_placeholders()->mutable_key();
    wanted->set_remote_jid(key.chat);
    wanted->set_from_me(key.from_me);
    wanted->set_id(key.id);
    if (!key.participant.empty()) wanted->set_participant(key.participant);
  }
  const std::string bytes = message.SerializeAsString();
  return {bytes.begin(), bytes.end()};
}

}  // namespace wasphere::model
