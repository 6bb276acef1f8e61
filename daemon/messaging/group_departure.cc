#include "daemon/messaging/group_departure.h"

#include <algorithm>

#include "core/signal/padding.h"
#include "core/signal/sender_key.h"

namespace wasphere::messaging {

using stanza::EncType;
using wire::Jid;

namespace {

struct GroupPlan {
  Desk::Chat* chat = nullptr;             // lives as long as the desk
  std::vector<const Recipient*> lacking;  // of our key
  bool rotate = false;                    // there is no key, or somebody left who has it
};

Refusal refusal_of(const Error& error) {
  return {std::string(error_info(error.code).name), error.message};
}

// Our own other devices get the key each time: nothing tells us whether they kept it.
GroupPlan plan_keys(Desk& desk, Desk::Chat& chat) {
  const Audience& audience = chat.audience;
  GroupPlan plan;
  plan.chat = &chat;
  const auto left = [&audience](const Jid& holder) {
    return !audience.members.contains(Jid{holder.user, holder.server});
  };
  plan.rotate = desk.ratchets.sender_key(audience.to, own_sender_name(desk.job.own)).empty() ||
                std::any_of(chat.holders.begin(), chat.holders.end(), left);
  for (const Recipient& one : audience.recipients)
    if (plan.rotate || one.own || !chat.holders.contains(one.address)) plan.lacking.push_back(&one);
  return plan;
}

// Nothing if the metadata or a device list is missing.
Desk::Chat* find_chat(Desk& desk, const Jid& group, Needs& needs) {
  if (const auto known = desk.chats.find(group); known != desk.chats.end()) return &known->second;
  const auto cached = desk.tx.directory.group(desk.job.id(), group);
  if (!cached || cached->stale) {
    needs.groups.insert(group);
    return nullptr;
  }
  Desk::Chat chat;
  chat.audience = group_audience(desk.tx, desk.job, cached->info, desk.gaps, needs);
  if (!needs.none()) return nullptr;
  chat.holders = desk.tx.signal.holders(desk.job.id(), group);
  return &desk.chats.emplace(group, std::move(chat)).first->second;
}

std::variant<GroupPlan, Needs, Refusal> survey_group(Desk& desk, const Jid& group) {
  if (const auto gap = desk.gaps.groups.find(group); gap != desk.gaps.groups.end())
    return refusal_of(gap->second);
  Needs needs;
  Desk::Chat* chat = find_chat(desk, group, needs);
  if (chat == nullptr) return needs;
  GroupPlan plan = plan_keys(desk, *chat);
  need_sessions(desk, plan.lacking, needs);
  if (!needs.none()) return needs;
  return plan;
}

signal::SenderKeyRecord key_to_use(Desk& desk, const GroupPlan& plan) {
  const Jid& group = plan.chat->audience.to;
  if (!plan.rotate) return desk.ratchets.sender_key(group, own_sender_name(desk.job.own));
  desk.ratchets.forget();
  desk.tx.signal.rotate_sender_key(desk.job.id(), group);
  plan.chat->holders.clear();
  return signal::new_sender_key(desk.job.rng);
}

// Distribution first: who gets the key with this message must be able to read it, and nothing
// before it.
Status seal_for_group(Desk& desk, const GroupPlan& plan, const Bytes& message, Departure& out) {
  const Jid& group = plan.chat->audience.to;
  auto record = key_to_use(desk, plan);
  const auto share = signal::distribution(record);
  if (!share) return fail(signal::to_error(share.error()));
  const Bytes key_message = model::sender_key_message(group, signal::build(*share));
  for (const Recipient* one : plan.lacking) {
    auto enc = encrypt_with(desk.ratchets, desk.job, one->address, key_message);
    if (!enc) continue;
    out.stanza.targets.push_back({one->wire, std::move(*enc)});
    if (!one->own) out.new_holders.push_back(one->address);
  }
  auto sealed =
      signal::group_encrypt(std::move(record), signal::pad(message, desk.job.rng), desk.job.rng);
  if (!sealed) return fail(signal::to_error(sealed.error()));
  desk.ratchets.put(group, own_sender_name(desk.job.own), std::move(sealed->next));
  out.stanza.common.emplace();
  out.stanza.common->type = EncType::skmsg;
  out.stanza.common->body = std::move(sealed->body);
  return {};
}

}  // namespace

std::optional<Draft> group_obstacles(Desk& desk, const Jid& group) {
  auto survey = survey_group(desk, group);
  if (auto* needs = std::get_if<Needs>(&survey)) return Draft{std::move(*needs)};
  if (auto* refusal = std::get_if<Refusal>(&survey)) return Draft{std::move(*refusal)};
  return std::nullopt;
}

Draft depart_to_group(Desk& desk, const store::OutboxRow& row, const Jid& group) {
  auto survey = survey_group(desk, group);
  if (auto* needs = std::get_if<Needs>(&survey)) return std::move(*needs);
  if (auto* refusal = std::get_if<Refusal>(&survey)) return std::move(*refusal);
  const GroupPlan& plan = std::get<GroupPlan>(survey);
  Departure out;
  begin_stanza(out, row, plan.chat->audience);
  const Status sealed = seal_for_group(desk, plan, row.message, out);
  if (!sealed) return refusal_of(sealed.error());
  finish_stanza(desk, row, *plan.chat, out);
  out.stanza.phash = out.phash;
  return out;
}

}  // namespace wasphere::messaging
