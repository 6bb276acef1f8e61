// What a virtual device knows about others, by asking the server as any client does: devices,
// hidden addresses, pre-key bundles, groups.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/signal/keys.h"
#include "core/wire/node.h"

namespace wasphere::sandbox {

struct HandsetGroup {
  bool lid_mode = true;
  std::vector<wire::Jid> members;  // bare, in the group's mode
};

class HandsetDirectory {
 public:
  using Ask = std::function<wire::Node(const wire::Node& iq)>;
  using Learned = std::function<void(const wire::Jid& number, const wire::Jid& lid)>;
  // `learned` is told of every new pair of addresses of one person.
  HandsetDirectory(wire::Jid own, wire::Jid own_lid, Ask ask, Learned learned);

  // Every device of these people, each in the form that its owner was named in. Answers are kept.
  std::vector<wire::Jid> devices_of(const std::vector<wire::Jid>& users);
  void forget_devices(const wire::Jid& user);
  // Nothing for a device that has none (any more).
  std::map<wire::Jid, signal::PreKeyBundle> bundles_of(const std::vector<wire::Jid>& devices);
  const HandsetGroup* group(const wire::Jid& jid);  // null if we are not in it
  void forget_group(const wire::Jid& jid) { groups_.erase(jid.user); }

  void learn(const wire::Jid& number, const wire::Jid& lid);
  // The address that sessions are kept under: hidden, if it is known.
  wire::Jid canonical(const wire::Jid& device) const;
  std::optional<wire::Jid> to_lid(const wire::Jid& jid);  // asks, if need be
  std::optional<wire::Jid> to_number(const wire::Jid& jid) const;
  bool is_own(const wire::Jid& jid) const;
  std::string next_id() { return "h" + std::to_string(++last_id_); }

 private:
  void ask_devices(const std::vector<wire::Jid>& users);
  void read_user(const wire::Node& user);

  wire::Jid own_;
  wire::Jid own_lid_;
  Ask ask_;
  Learned learned_;
  std::map<wire::Jid, std::vector<wire::Jid>> devices_;  // by bare user
  std::map<std::string, std::string> lid_by_number_;
  std::map<std::string, std::string> number_by_lid_;
  std::map<std::string, HandsetGroup> groups_;
  std::uint64_t last_id_ = 0;
};

}  // namespace wasphere::sandbox
