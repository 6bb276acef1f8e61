// Groups: metadata, changes, and the requests that administer them (protocol 2, sections 5.1, 5.2;
// protocol 3 for administration).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/util/result.h"
#include "core/wire/node.h"

namespace wasphere::stanza {

enum class AddressingMode : std::uint8_t { pn, lid };
std::string_view mode_name(AddressingMode mode);

struct GroupMember {
  wire::Jid jid;  // bare, in the group's mode
  std::optional<wire::Jid> phone;
  std::optional<wire::Jid> lid;
  std::string role;  // "", "admin", "superadmin"
};

struct GroupInfo {
  wire::Jid jid;
  std::string subject;
  std::uint64_t created = 0;  // Unix seconds
  std::string creator;        // its JID; empty: not said
  std::string description;
  AddressingMode mode = AddressingMode::lid;
  bool announce = false;
  bool locked = false;
  std::uint32_t ephemeral_s = 0;
  std::vector<GroupMember> members;
};

wire::Node group_query(std::string_view id, const wire::Jid& group);
wire::Node groups_query(std::string_view id);  // all that we are in
wire::Node group_create(std::string_view id, std::string_view subject,
                        const std::vector<wire::Jid>& members, std::string_view key);
wire::Node group_leave(std::string_view id, const wire::Jid& group);
// action: add, remove, promote, demote
wire::Node group_participants(std::string_view id, const wire::Jid& group, std::string_view action,
                              const std::vector<wire::Jid>& members);
// The <group> itself. protocol_error without an id that is a group's; members that are no addresses
// and those with an error are left out.
Result<GroupInfo> parse_group(const wire::Node& group_node);
Result<GroupInfo> parse_group_answer(const wire::Node& iq);
Result<std::vector<GroupInfo>> parse_groups_answer(const wire::Node& iq);
wire::Node build_group(const GroupInfo& group);  // server side

// What became of each member that was asked for: of an answer to group_participants(), or of a
// created group. error 0: done. Section 2.3 of protocol 3 has the others.
struct MemberOutcome {
  wire::Jid jid;
  std::uint32_t error = 0;
};
Result<std::vector<MemberOutcome>> parse_member_outcomes(const wire::Node& iq);

// <notification type="w:gp2">
struct GroupChanged {
  wire::Jid group;
  std::optional<wire::Jid> author;
  std::optional<wire::Jid> author_phone;  // if author is a LID and the number is known
  std::string what;                       // tag of the child: add, remove, subject, create, …
  std::vector<wire::Jid> members;         // of add, remove, promote, demote
  std::vector<GroupMember> participants;  // the same with everything said about them
  std::optional<GroupInfo> created;       // of create
  std::string key;                        // of create: the one given to group_create()
  std::string subject;                    // of subject
  std::string description;                // of description; empty: removed
  std::uint32_t ephemeral_s = 0;          // of ephemeral
  std::uint64_t time = 0;
};
// All that one notification tells of, in order; nothing if it is another kind.
std::vector<GroupChanged> parse_group_changes(const wire::Node& notification);
// The first of them: most tell of one thing only.
std::optional<GroupChanged> parse_group_changed(const wire::Node& notification);
// Server side.
wire::Node build_group_notification(std::string_view id, const GroupChanged& change,
                                    AddressingMode mode);

}  // namespace wasphere::stanza
