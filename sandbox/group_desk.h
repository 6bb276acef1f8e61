// Changes of groups in the name of one device, and what everybody is told of them.
#pragma once

#include <string>
#include <vector>

#include "core/util/result.h"
#include "core/wire/node.h"
#include "sandbox/group_book.h"

namespace wasphere::sandbox {

struct Network;
class World;

// <group> with both addresses of every member.
wire::Node group_node(const World& world, const Group& group);

class GroupDesk {
 public:
  GroupDesk(Network& network, wire::Jid actor);

  Result<const Group*> create(const std::string& subject, const std::vector<wire::Jid>& members,
                              bool lid_mode);
  // Members add; admins do the rest; nobody but a member does anything.
  bool may(const Group& group, const std::string& action) const;
  // add, remove, promote, demote. One <participant> each, with an error where it was in vain.
  Result<wire::Nodes> change(const Group& group, const std::string& action,
                             const std::vector<wire::Jid>& people);
  // subject, description and settings. False if the server does not know such a request.
  Result<bool> set(const Group& group, const wire::Node& request);

 private:
  Status save_and_tell(Group group, wire::Node change, std::vector<std::string> audience);
  int apply(Group& group, const std::string& action, const std::string& number) const;
  void welcome(const Group& group, const std::vector<std::string>& newcomers);

  Network& network_;
  const wire::Jid actor_;
  const std::string number_;  // the actor's
};

}  // namespace wasphere::sandbox
