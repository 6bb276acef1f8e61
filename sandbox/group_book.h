// The groups of the network. Members are kept by phone number; every change is durable before the
// call returns.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/util/result.h"
#include "core/wire/jid.h"

namespace wasphere::sandbox {

class ServerState;

struct Group {
  std::string id;  // the user part of its JID
  std::string subject;
  std::string subject_author;  // number
  std::uint64_t subject_time = 0;
  std::string creator;  // number
  std::uint64_t created = 0;
  std::string description;
  bool lid_mode = true;
  bool announce = false;  // only admins write
  bool locked = false;    // only admins change it
  std::uint32_t ephemeral_s = 0;
  std::uint64_t version = 1;                   // of its participants
  std::map<std::string, std::string> members;  // number to role: "", "admin", "superadmin"

  wire::Jid jid() const { return {id, std::string(wire::kGroupServer)}; }
  bool has(const std::string& number) const { return members.contains(number); }
  bool admin(const std::string& number) const {
    const auto found = members.find(number);
    return found != members.end() && !found->second.empty();
  }
  std::string_view space() const { return lid_mode ? wire::kLidServer : wire::kUserServer; }
};

class GroupBook {
 public:
  static Result<GroupBook> load(ServerState& state);

  const Group* find(const wire::Jid& jid) const;
  std::vector<const Group*> of(const std::string& number) const;  // that he is in
  std::vector<const Group*> all() const;
  Status save(Group group);  // a new one, or a new state of it

 private:
  explicit GroupBook(ServerState& state) : state_(&state) {}
  ServerState* state_;
  std::map<std::string, Group, std::less<>> groups_;
};

}  // namespace wasphere::sandbox
