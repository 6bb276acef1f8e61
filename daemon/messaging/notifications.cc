#include "daemon/messaging/notifications.h"

#include "core/stanza/group.h"
#include "core/stanza/usync.h"
#include "daemon/messaging/group_changes.h"
#include "daemon/messaging/open_pairwise.h"

namespace wasphere::messaging {
namespace {

void change_devices(InboundJob& job, const stanza::DevicesChanged& change) {
  if (change.lid) job.people.learn(change.user, *change.lid, true);
  const Person user = job.people.resolve(change.user, std::nullopt);
  job.tx.directory.drop_devices(job.self.id(), user.user);
  if (change.removed.empty()) return;
  job.tx.signal.forget_holder_everywhere(job.self.id(), user.user);
  for (const wire::Jid& device : change.removed)
    job.ratchets.put(job.people.resolve(device, std::nullopt).device, signal::SessionRecord{});
}

// What is under way still opens: the sessions are put aside, not away. True if there were any.
bool archive_sessions(InboundJob& job, const wire::Jid& user) {
  bool any = false;
  for (const wire::Jid& device : job.tx.signal.devices_with_session(job.self.id(), user)) {
    signal::SessionRecord record = job.ratchets.session(device);
    any = any || record.current.has_value();
    signal::archive_current(record);
    job.ratchets.put(device, std::move(record));
  }
  return any;
}

// Only the phone's identity matters, and only while we have sessions under the old one: the same
// news again changes nothing.
void change_identity(InboundJob& job, const wire::Jid& user, NotificationOutcome& out) {
  if (user.device != 0 || job.self.own.is_own(user)) return;
  const Person person = job.people.resolve(user, std::nullopt);
  if (!archive_sessions(job, person.user)) {
    job.tx.directory.drop_devices(job.self.id(), person.user);
    return;
  }
  identity_changed(job, person);
  const auto tokens = job.tx.directory.tokens(job.self.id(), person.user);
  if (tokens && tokens->issued_s != 0) out.new_device = person.user;
}

void keep_token(InboundJob& job, const stanza::PrivacyToken& token) {
  std::optional<wire::Jid> lid = token.from_lid;
  const Person from = job.people.resolve(token.from, lid);
  job.tx.directory.save_received_token(job.self.id(), from.user, token.token,
                                       static_cast<std::int64_t>(token.time));
}

// <modify old new old_lid new_lid>: somebody has a new number.
bool change_number(InboundJob& job, const wire::Node& notification) {
  const wire::Node* modify = notification.child("modify");
  if (modify == nullptr) return false;
  const auto phone = modify->jid("new");
  const auto lid = modify->jid("new_lid");
  if (phone && lid) job.people.learn(phone->without_device(), lid->without_device(), true);
  return true;
}

bool dispatch(InboundJob& job, const wire::Node& notification, NotificationOutcome& out) {
  if (const auto devices = stanza::parse_devices_changed(notification))
    return change_devices(job, *devices), true;
  if (const auto user = stanza::parse_identity_changed(notification))
    return change_identity(job, *user, out), true;
  if (const auto token = stanza::parse_privacy_token(notification))
    return keep_token(job, *token), true;
  const auto groups = stanza::parse_group_changes(notification);
  for (const stanza::GroupChanged& change : groups) change_group(job, change);
  if (!groups.empty()) return true;
  return notification.attr("type") == "contacts" && change_number(job, notification);
}

}  // namespace

NotificationOutcome take_notification(InboundJob& job, const wire::Node& notification) {
  NotificationOutcome out;
  out.ours = dispatch(job, notification, out);
  job.ratchets.flush();
  return out;
}

}  // namespace wasphere::messaging
