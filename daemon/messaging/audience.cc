#include "daemon/messaging/audience.h"

namespace wasphere::messaging {

using stanza::DeviceEntry;
using wire::Jid;

namespace {

bool is_lid(const Jid& jid) {
  return jid.server == wire::kLidServer;
}

// Our account as the store names it.
Jid own_user(const stanza::OwnAddresses& own) {
  return own_sender_name(own).without_device();
}

Jid device_jid(const Jid& user, const DeviceEntry& entry) {
  if (entry.hosted) return {user.user, is_lid(user) ? "hosted.lid" : "hosted", entry.device};
  return {user.user, user.server, entry.device};
}

// The list if it can still be trusted; otherwise the user is needed. Nothing also for users that
// WhatsApp does not know.
std::optional<store::DeviceList> devices_of(store::Tx& tx, const JobContext& job, const Jid& user,
                                            const Gaps& gaps, Needs& needs) {
  if (gaps.users.contains(user)) return std::nullopt;
  auto list = tx.directory.devices(job.id(), user);
  const bool fresh = list && !list->devices.empty() && list->fetched_at <= job.now_ms &&
                     job.now_ms - list->fetched_at < kDeviceListMs;
  if (!fresh) {
    needs.users.insert(user);
    return std::nullopt;
  }
  return list;
}

// Users the recipients' list shall be written as, and kept as.
struct Person {
  Jid wire;       // bare
  Jid canonical;  // bare
  bool own = false;
};

void add_devices(Audience& audience, const Person& person, const store::DeviceList& list,
                 const JobContext& job, bool with_hosted) {
  for (const DeviceEntry& entry : list.devices) {
    if (entry.hosted && !with_hosted) continue;
    if (person.own && entry.device == job.own.jid.device) continue;
    audience.recipients.push_back(
        {device_jid(person.wire, entry), device_jid(person.canonical, entry), person.own});
  }
}

void add_person(Audience& audience, const Person& person, store::Tx& tx, const JobContext& job,
                const Gaps& gaps, Needs& needs, bool with_hosted) {
  if (const auto list = devices_of(tx, job, person.canonical, gaps, needs))
    add_devices(audience, person, *list, job, with_hosted);
}

// One whose LID is known is named by it in a lid group, whatever the metadata left out.
Jid member_in_mode(const stanza::GroupMember& member, stanza::AddressingMode mode) {
  const auto& wanted = mode == stanza::AddressingMode::lid ? member.lid : member.phone;
  return wanted.value_or(member.jid).without_device();
}

}  // namespace

void Needs::add(const Needs& more) {
  users.insert(more.users.begin(), more.users.end());
  devices.insert(more.devices.begin(), more.devices.end());
  groups.insert(more.groups.begin(), more.groups.end());
}

// One namespace for the whole stanza: the LIDs if we have one and the other person's is known or
// can be learnt, else phone numbers (protocol 2, section 3.4).
Audience direct_audience(store::Tx& tx, const JobContext& job, const Jid& to, const Gaps& gaps,
                         Needs& needs) {
  Audience out;
  const bool own_lid = !job.own.lid.server.empty();
  out.peer = job.own.is_own(to) ? own_user(job.own) : tx.directory.canonical(job.id(), to);
  const bool lid = own_lid && is_lid(out.peer);
  out.self = (lid ? job.own.lid : job.own.jid).without_device();
  out.to = out.peer;
  if (!lid && is_lid(out.peer))
    out.to = tx.directory.phone_of(job.id(), out.peer).value_or(out.peer);
  const Person self{out.self, own_user(job.own), true};
  if (job.own.is_own(to)) {
    out.to = out.self;
  } else {
    add_person(out, {out.to, out.peer, false}, tx, job, gaps, needs, true);
  }
  add_person(out, self, tx, job, gaps, needs, true);
  return out;
}

// Hosted devices get no sender keys (protocol 2, section 5.7).
Audience group_audience(store::Tx& tx, const JobContext& job, const stanza::GroupInfo& group,
                        const Gaps& gaps, Needs& needs) {
  Audience out;
  const bool lid = group.mode == stanza::AddressingMode::lid && !job.own.lid.server.empty();
  out.to = group.jid;
  out.self = (lid ? job.own.lid : job.own.jid).without_device();
  out.addressing_mode = stanza::mode_name(group.mode);
  for (const stanza::GroupMember& member : group.members) {
    const Jid named = member_in_mode(member, group.mode);
    if (job.own.is_own(named) || job.own.is_own(member.jid)) continue;
    const Jid canonical =
        member.lid ? member.lid->without_device() : tx.directory.canonical(job.id(), named);
    if (!out.members.insert(canonical).second) continue;
    add_person(out, {named, canonical, false}, tx, job, gaps, needs, false);
  }
  out.members.insert(own_user(job.own));
  add_person(out, {out.self, own_user(job.own), true}, tx, job, gaps, needs, false);
  return out;
}

}  // namespace wasphere::messaging
