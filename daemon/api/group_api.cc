// Operations on groups.
#include <algorithm>

#include "daemon/api/api.h"
#include "daemon/api/message_views.h"
#include "daemon/api/send_request.h"
#include "daemon/messaging/recipient.h"

namespace wasphere::api {
namespace {

// "120363…" is "120363…@g.us".
Result<std::string> group_jid(const std::string& text) {
  const std::string full = text.find('@') == std::string::npos ? text + "@g.us" : text;
  const auto jid = messaging::parse_recipient(full);
  if (jid && messaging::is_group(*jid)) return jid->to_string();
  return fail(field_error("/groupId", "FORMAT", "must be the JID of a group"));
}

Status check_people(const std::vector<std::string>& people) {
  for (std::size_t i = 0; i < people.size(); ++i) {
    const auto jid = messaging::parse_recipient(people[i]);
    if (!jid || messaging::is_group(*jid))
      return fail(field_error("/participants/" + std::to_string(i), "FORMAT",
                              "must be a phone number or the JID of a person"));
  }
  return {};
}

Result<ipc::GroupView> answer(Result<stanza::GroupInfo> group) {
  if (!group) return fail(std::move(group).error());
  return group_view(*group);
}

}  // namespace

Api::Answer<ipc::GroupPage> Api::handle(Call, ipc::GroupList request) {
  CO_TRY(const auto account, services_.sessions.messaging(request.sessionId));
  auto groups = co_await account->groups();
  if (!groups) co_return fail(std::move(groups).error());
  std::sort(groups->begin(), groups->end(),
            [](const auto& a, const auto& b) { return a.subject < b.subject; });
  ipc::GroupPage out;
  for (const stanza::GroupInfo& group : *groups) out.groups.push_back(group_view(group));
  out.total = static_cast<std::int64_t>(out.groups.size());
  co_return out;
}

Api::Answer<ipc::GroupView> Api::handle(Call, ipc::GroupGet request) {
  CO_TRY(const auto account, services_.sessions.messaging(request.sessionId));
  CO_TRY(std::string group, group_jid(request.groupId));
  co_return answer(co_await account->group(std::move(group)));
}

Api::Answer<ipc::GroupView> Api::handle(Call, ipc::GroupCreate request) {
  CO_TRY(const auto account, services_.sessions.messaging(request.sessionId));
  CO_CHECK(check_people(request.participants));
  co_return answer(
      co_await account->create_group(std::move(request.name), std::move(request.participants)));
}

Api::Answer<ipc::GroupView> Api::change_members(ipc::GroupChange request, std::string action) {
  CO_TRY(const auto account, services_.sessions.messaging(request.sessionId));
  CO_TRY(const std::string group, group_jid(request.groupId));
  CO_CHECK(check_people(request.participants));
  CO_CHECK(
      co_await account->change_members(group, std::move(action), std::move(request.participants)));
  co_return answer(co_await account->group(group));
}

Api::Answer<ipc::GroupView> Api::handle(Call, ipc::GroupAdd request) {
  co_return co_await change_members(std::move(request), "add");
}
Api::Answer<ipc::GroupView> Api::handle(Call, ipc::GroupRemove request) {
  co_return co_await change_members(std::move(request), "remove");
}
Api::Answer<ipc::GroupView> Api::handle(Call, ipc::GroupPromote request) {
  co_return co_await change_members(std::move(request), "promote");
}
Api::Answer<ipc::GroupView> Api::handle(Call, ipc::GroupDemote request) {
  co_return co_await change_members(std::move(request), "demote");
}

Api::Answer<ipc::GroupLeft> Api::handle(Call, ipc::GroupLeave request) {
  CO_TRY(const auto account, services_.sessions.messaging(request.sessionId));
  CO_TRY(std::string group, group_jid(request.groupId));
  CO_CHECK(co_await account->leave_group(group));
  ipc::GroupLeft out{std::move(group), true};
  co_return out;
}

}  // namespace wasphere::api
