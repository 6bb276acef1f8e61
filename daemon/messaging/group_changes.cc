#include "daemon/messaging/group_changes.h"

#include <algorithm>

namespace wasphere::messaging {
namespace {

using stanza::GroupChanged;
using stanza::GroupInfo;
using stanza::GroupMember;

bool is_about_members(const std::string& what) {
  return what == "add" || what == "remove" || what == "promote" || what == "demote";
}

bool names(const GroupChanged& change, const wire::Jid& member) {
  return std::ranges::find(change.members, member) != change.members.end();
}

void learn_pair(InboundJob& job, const GroupMember& member) {
  if (member.phone) job.people.learn(member.jid, *member.phone, true);
  if (member.lid) job.people.learn(member.jid, *member.lid, true);
}

// The server tells who is who.
void learn_pairs(InboundJob& job, const GroupChanged& change) {
  for (const GroupMember& member : change.participants) learn_pair(job, member);
  if (change.created)
    for (const GroupMember& member : change.created->members) learn_pair(job, member);
  if (change.author && change.author_phone)
    job.people.learn(*change.author, *change.author_phone, true);
}

void add_members(GroupInfo& group, const GroupChanged& change) {
  for (const GroupMember& member : change.participants) {
    const bool known = std::ranges::any_of(
        group.members, [&](const GroupMember& present) { return present.jid == member.jid; });
    if (!known) group.members.push_back(member);
  }
}

void set_role(GroupInfo& group, const GroupChanged& change, const std::string& role) {
  for (GroupMember& member : group.members)
    if (names(change, member.jid)) member.role = role;
}

void apply(GroupInfo& group, const GroupChanged& change) {
  if (change.what == "subject") group.subject = change.subject;
  if (change.what == "description") group.description = change.description;
  if (change.what == "ephemeral") group.ephemeral_s = change.ephemeral_s;
  if (change.what == "not_ephemeral") group.ephemeral_s = 0;
  if (change.what == "add") add_members(group, change);
  if (change.what == "remove")
    std::erase_if(group.members,
                  [&](const GroupMember& member) { return names(change, member.jid); });
  if (change.what == "promote") set_role(group, change, "admin");
  if (change.what == "demote") set_role(group, change, "");
  if (change.what == "announcement") group.announce = true;
  if (change.what == "not_announcement") group.announce = false;
  if (change.what == "locked") group.locked = true;
  if (change.what == "unlocked") group.locked = false;
}

// As it is now, as far as we know it. It is asked for anew before it is sent to: a notification
// does not say everything about a member.
GroupInfo update_cache(InboundJob& job, const GroupChanged& change) {
  const auto cached = job.tx.directory.group(job.self.id(), change.group);
  GroupInfo group;
  if (cached) group = cached->info;
  if (change.created) group = *change.created;
  group.jid = change.group;
  apply(group, change);
  if (cached || change.created) job.tx.directory.save_group(job.self.id(), group, job.self.now_ms);
  job.tx.directory.mark_group_stale(job.self.id(), change.group);
  return group;
}

std::string text_of(InboundJob& job, const wire::Jid& jid) {
  return job.people.resolve(jid, std::nullopt).user.to_string();
}

bool we_left(InboundJob& job, const GroupChanged& change) {
  return change.what == "remove" &&
         std::ranges::any_of(change.members,
                             [&](const wire::Jid& member) { return job.self.own.is_own(member); });
}

void tell(InboundJob& job, const GroupChanged& change, GroupInfo group) {
  const std::string author = change.author ? text_of(job, *change.author) : "";
  if (!is_about_members(change.what)) {
    job.tell(events::GroupUpdated{std::move(group), change.what, author});
    return;
  }
  events::GroupParticipants event{change.group.to_string(), author, change.what, {}};
  for (const wire::Jid& member : change.members) event.members.push_back(text_of(job, member));
  job.tell(event);
}

}  // namespace

void change_group(InboundJob& job, const GroupChanged& change) {
  learn_pairs(job, change);
  GroupInfo group = update_cache(job, change);
  if (change.what == "remove") job.tx.signal.rotate_sender_key(job.self.id(), change.group);
  if (we_left(job, change) || change.what == "delete")
    job.tx.directory.remove_group(job.self.id(), change.group);
  tell(job, change, std::move(group));
}

}  // namespace wasphere::messaging
