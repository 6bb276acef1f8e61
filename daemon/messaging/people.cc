#include "daemon/messaging/people.h"

#include "daemon/messaging/encryption.h"

namespace wasphere::messaging {

bool is_lid(const wire::Jid& jid) {
  return jid.server == wire::kLidServer || jid.server == "hosted.lid";
}

bool is_person(const wire::Jid& jid) {
  return is_lid(jid) || jid.server == wire::kUserServer || jid.server == "hosted";
}

Person People::resolve(const wire::Jid& jid, const std::optional<wire::Jid>& alt) {
  const auto found = known_.find(jid);
  if (found != known_.end() && (!alt || found->second.phone)) return found->second;
  if (alt) learn(jid.without_device(), alt->without_device(), false);
  Person out;
  out.device = is_person(jid) ? signal_address(tx_, self_, jid) : jid;
  out.user = out.device.without_device();
  out.phone = phone_of(out.user);
  known_[jid] = out;
  return out;
}

std::optional<wire::Jid> People::phone_of(const wire::Jid& user) {
  if (!is_person(user)) return std::nullopt;
  if (self_.own.is_own(user)) return self_.own.jid.without_device();
  if (is_lid(user)) return tx_.directory.phone_of(session_id_, user);
  return user;
}

bool People::learn(const wire::Jid& one, const wire::Jid& other, bool overwrite) {
  if (!is_person(one) || !is_person(other) || is_lid(one) == is_lid(other)) return false;
  const wire::Jid& lid = is_lid(one) ? one : other;
  const wire::Jid& phone = is_lid(one) ? other : one;
  if (!tx_.directory.learn(session_id_, phone, lid, overwrite)) return false;
  ratchets_.flush();
  tx_.signal.migrate(session_id_, phone, lid);
  ratchets_.forget();
  known_.clear();
  return true;
}

std::optional<wire::Jid> People::canonical(const std::string& text) {
  const auto jid = wire::Jid::parse(text);
  if (!jid || jid->is_server()) return std::nullopt;
  return resolve(jid->without_device(), std::nullopt).user;
}

void People::show_name(const Person& person, const std::string& name) {
  if (name.empty()) return;
  auto known = names_.find(person.user);
  if (known == names_.end())
    known = names_.emplace(person.user, tx_.directory.push_name(session_id_, person.user)).first;
  if (std::exchange(known->second, name) != name)
    tx_.directory.save_push_name(session_id_, person.user, name);
}

}  // namespace wasphere::messaging
