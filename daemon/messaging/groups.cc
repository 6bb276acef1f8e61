#include "daemon/messaging/groups.h"

#include "core/stanza/iq.h"
#include "daemon/messaging/encryption.h"
#include "daemon/messaging/pacer.h"

namespace wasphere::messaging {

using runtime::Task;
using stanza::GroupInfo;
using wire::Jid;

namespace {

void keep_group(store::Tx& tx, const JobContext& job, const GroupInfo& group) {
  for (const stanza::GroupMember& member : group.members) {
    const auto phone = member.jid.server == wire::kUserServer ? member.jid : member.phone;
    const auto lid = member.jid.server == wire::kLidServer ? member.jid : member.lid;
    if (phone && lid) learn_pair(tx, job.id(), *phone, *lid, true);
  }
  tx.directory.save_group(job.id(), group, job.now_ms);
}

// The change may have been made for some of them only.
Status check_outcomes(const std::vector<stanza::MemberOutcome>& outcomes) {
  std::size_t refused = 0;
  std::uint32_t code = 0;
  for (const stanza::MemberOutcome& one : outcomes) {
    if (one.error == 0) continue;
    ++refused;
    code = one.error;
  }
  if (refused == 0) return {};
  return fail(code == 403 || code == 408 ? ErrorCode::forbidden : ErrorCode::whatsapp_error,
              "WhatsApp refused " + std::to_string(refused) + " of " +
                  std::to_string(outcomes.size()) + " members (code " + std::to_string(code) +
                  ").");
}

Error refusal(int code, const wire::Node& answer) {
  if (code == 404) return {ErrorCode::group_not_found, "WhatsApp knows no such group."};
  if (code == 401 || code == 403)
    return {ErrorCode::forbidden, "This account may not do that in the group."};
  return stanza::check_iq_result(answer).error();
}

}  // namespace

Groups::Answer Groups::request(wire::Node iq) {
  CO_TRY(wire::Node answer, co_await context_.ask_plainly(std::move(iq)));
  if (const int code = error_code(answer)) co_return fail(refusal(code, answer));
  co_return answer;
}

Task<Status> Groups::take_turn() {
  CO_CHECK(context_.require_line());
  if (!is_paced(context_.row().settings)) co_return Status{};
  CO_CHECK(co_await pace_.take_turn());
  co_return context_.require_line();
}

Task<Status> Groups::keep(std::vector<GroupInfo> groups) {
  const JobContext job = context_.keyless_job();
  auto save = [&](store::Tx& tx) -> Status {
    for (const GroupInfo& group : groups) keep_group(tx, job, group);
    return {};
  };
  co_return co_await context_.run(save);
}

Task<Result<GroupInfo>> Groups::refresh(Jid group) {
  CO_CHECK(context_.require_line());
  wire::Node query = stanza::group_query(context_.next_id(), group);
  CO_TRY(const wire::Node answer, co_await request(std::move(query)));
  CO_TRY(GroupInfo info, stanza::parse_group_answer(answer));
  const std::vector<GroupInfo> one{info};
  CO_CHECK(co_await keep(one));
  co_return info;
}

Task<Result<std::vector<GroupInfo>>> Groups::list() {
  CO_CHECK(context_.require_line());
  wire::Node query = stanza::groups_query(context_.next_id());
  CO_TRY(const wire::Node answer, co_await request(std::move(query)));
  CO_TRY(std::vector<GroupInfo> groups, stanza::parse_groups_answer(answer));
  CO_CHECK(co_await keep(groups));
  co_return groups;
}

Task<Result<GroupInfo>> Groups::find(Jid group) {
  auto look = [id = context_.id(),
               group](store::Tx& tx) -> Result<std::optional<store::CachedGroup>> {
    return tx.directory.group(id, group);
  };
  CO_TRY(const auto cached, co_await context_.run(look));
  if (cached && !cached->stale) co_return cached->info;
  co_return co_await refresh(group);
}

Task<Result<GroupInfo>> Groups::create(std::string subject, std::vector<Jid> members) {
  CO_CHECK(co_await take_turn());
  const std::string key =
      stanza::make_message_id(static_cast<std::uint64_t>(context_.now_ms() / 1000),
                              context_.own().jid, context_.services().rng);
  wire::Node query = stanza::group_create(context_.next_id(), subject, members, key);
  CO_TRY(const wire::Node answer, co_await request(std::move(query)));
  CO_TRY(GroupInfo info, stanza::parse_group_answer(answer));
  const std::vector<GroupInfo> one{info};
  CO_CHECK(co_await keep(one));
  co_return info;
}

Task<Status> Groups::change_members(Jid group, std::string action, std::vector<Jid> members) {
  CO_CHECK(co_await take_turn());
  wire::Node query = stanza::group_participants(context_.next_id(), group, action, members);
  CO_TRY(const wire::Node answer, co_await request(std::move(query)));
  CO_TRY(const auto outcomes, stanza::parse_member_outcomes(answer));
  auto stale = [id = context_.id(), group](store::Tx& tx) -> Status {
    tx.directory.mark_group_stale(id, group);
    return {};
  };
  CO_CHECK(co_await context_.run(stale));
  co_return check_outcomes(outcomes);
}

Task<Status> Groups::leave(Jid group) {
  CO_CHECK(co_await take_turn());
  wire::Node query = stanza::group_leave(context_.next_id(), group);
  CO_TRY(const wire::Node answer, co_await request(std::move(query)));
  auto forget = [id = context_.id(), group](store::Tx& tx) -> Status {
    tx.directory.remove_group(id, group);
    tx.signal.rotate_sender_key(id, group);
    return {};
  };
  co_return co_await context_.run(forget);
}

}  // namespace wasphere::messaging
