#include "daemon/messaging/own_protocol.h"

#include "core/model/peer.h"

namespace wasphere::messaging {
namespace {

void learn_pairs(InboundJob& job, const model::Protocol& protocol) {
  const auto pairs = model::parse_lid_mappings(protocol);
  if (!pairs) return;
  for (const model::LidPair& pair : *pairs) job.people.learn(pair.phone, pair.lid, true);
}

// Only what we asked for is taken: the placeholder says who wrote it, and where.
void recover(InboundJob& job, const model::RecoveredMessage& found) {
  const auto chat = job.people.canonical(found.key.chat);
  if (!chat) return;
  auto row = job.tx.messages.find_in_chat(job.self.id(), chat->to_string(), found.key.id);
  if (!row || !is_placeholder(*row)) return;
  const auto author = wire::Jid::parse(row->sender_device);
  if (!author) return;
  auto parsed = model::parse_message(found.message);
  if (!parsed || std::holds_alternative<model::Protocol>(parsed->content)) return;
  Scene scene;
  scene.base = std::move(*row);
  scene.base.row = 0;
  scene.base.status =
      scene.base.from_me ? store::MessageStatus::sent : store::MessageStatus::received;
  scene.sender = job.people.resolve(*author, std::nullopt);
  scene.group = chat->server == wire::kGroupServer;
  keep_message(job, scene, {std::move(*parsed)});
}

void recover_all(InboundJob& job, const model::Protocol& protocol) {
  const auto found = model::parse_recovered(protocol);
  if (!found) return;
  for (const model::RecoveredMessage& message : *found) recover(job, message);
}

}  // namespace

void keep_protocol(InboundJob& job, const Scene& scene, const model::Protocol& protocol,
                   Noted& noted) {
  if (!scene.base.from_me) return;
  const bool from_phone = scene.sender.device.device == 0;
  if (protocol.type == model::kHistorySync) noted.history_sync = from_phone;
  if (protocol.type == model::kLidMappings && from_phone) learn_pairs(job, protocol);
  if (protocol.type == model::kPeerAnswer && from_phone) recover_all(job, protocol);
}

}  // namespace wasphere::messaging
