#include "daemon/messaging/group_departure.h"

#include <algorithm>

#include "core/signal/padding.h"
#include "core/signal/sender_key.h"
#include "daemon/runtime/log.h"

namespace wasphere::messaging {

using stanza::Enc;
using stanza::EncType;
using wire::Jid;

namespace {

struct GroupPlan {
  Audience audience;
  std::vector<const Recipient*> lacking;  // of our key; point into the audience
  bool rotate = false;                    // somebody left who has it
};

Refusal refusal_of(const Error& error) {
  return {std::string(error_info(error.code).name), error.message};
}

// Our own other devices get the key each time: nothing tells us whether they kept it.
GroupPlan plan_keys(store::Tx& tx, const JobContext& job, Audience audience) {
  GroupPlan plan;
  plan.audience = std::move(audience);
  std::set<Jid> holders = tx.signal.holders(job.id(), plan.audience.to);
  const auto left = [&plan](const Jid& holder) {
    return !plan.audience.members.contains(Jid{holder.user, holder.server});
  };
  const bool have_key =
      !tx.signal.sender_key(job.id(), plan.audience.to, own_sender_name(job.own)).empty();
  plan.rotate = !have_key || std::any_of(holders.begin(), holders.end(), left);
  if (plan.rotate) holders.clear();
  for (const Recipient& one : plan.audience.recipients)
    if (one.own || !holders.contains(one.address)) plan.lacking.push_back(&one);
  return plan;
}

std::variant<GroupPlan, Needs, Refusal> survey_group(store::Tx& tx, const JobContext& job,
                                                     const Jid& group, const Gaps& gaps) {
  if (const auto gap = gaps.groups.find(group); gap != gaps.groups.end())
    return refusal_of(gap->second);
  const auto cached = tx.directory.group(job.id(), group);
  Needs needs;
  if (!cached || cached->stale) {
    needs.groups.insert(group);
    return needs;
  }
  Audience audience = group_audience(tx, job, cached->info, gaps, needs);
  if (!needs.none()) return needs;
  GroupPlan plan = plan_keys(tx, job, std::move(audience));
  for (const Recipient* one : plan.lacking)
    if (!gaps.devices.contains(one->address) && !has_session(tx, job, one->address))
      needs.devices.insert(one->address);
  if (!needs.none()) return needs;
  return plan;
}

// Distribution first: who gets the key with this message must be able to read it, and nothing
// before it.
Status seal_for_group(store::Tx& tx, const JobContext& job, const GroupPlan& plan,
                      const Bytes& message, Departure& out) {
  const Jid& group = plan.audience.to;
  const Jid self = own_sender_name(job.own);
  if (plan.rotate) tx.signal.rotate_sender_key(job.id(), group);
  auto record =
      plan.rotate ? signal::new_sender_key(job.rng) : tx.signal.sender_key(job.id(), group, self);
  const auto share = signal::distribution(record);
  if (!share) return fail(signal::to_error(share.error()));
  const Bytes key_message = model::sender_key_message(group, signal::build(*share));
  for (const Recipient* one : plan.lacking) {
    auto enc = encrypt_for(tx, job, one->address, key_message);
    if (!enc) continue;
    out.stanza.targets.push_back({one->wire, std::move(*enc)});
    if (!one->own) out.new_holders.push_back(one->address);
  }
  auto sealed = signal::group_encrypt(std::move(record), signal::pad(message, job.rng), job.rng);
  if (!sealed) return fail(signal::to_error(sealed.error()));
  tx.signal.save_sender_key(job.id(), group, self, sealed->next);
  out.stanza.common.emplace();
  out.stanza.common->type = EncType::skmsg;
  out.stanza.common->body = std::move(sealed->body);
  return {};
}

}  // namespace

std::optional<Draft> group_obstacles(store::Tx& tx, const JobContext& job, const Jid& group,
                                     const Gaps& gaps) {
  auto survey = survey_group(tx, job, group, gaps);
  if (auto* needs = std::get_if<Needs>(&survey)) return Draft{std::move(*needs)};
  if (auto* refusal = std::get_if<Refusal>(&survey)) return Draft{std::move(*refusal)};
  return std::nullopt;
}

Draft depart_to_group(store::Tx& tx, const JobContext& job, const store::OutboxRow& row,
                      const Jid& group, const Gaps& gaps) {
  auto survey = survey_group(tx, job, group, gaps);
  if (auto* needs = std::get_if<Needs>(&survey)) return std::move(*needs);
  if (auto* refusal = std::get_if<Refusal>(&survey)) return std::move(*refusal);
  const GroupPlan& plan = std::get<GroupPlan>(survey);
  Departure out;
  begin_stanza(out, row, plan.audience);
  const Status sealed = seal_for_group(tx, job, plan, row.message, out);
  if (!sealed) return refusal_of(sealed.error());
  finish_stanza(tx, job, row, plan.audience, out);
  out.stanza.phash = out.phash;
  return out;
}

}  // namespace wasphere::messaging
