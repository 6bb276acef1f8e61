// Members of groups, as metadata and notifications write them.
#pragma once

#include "core/stanza/group.h"

namespace wasphere::stanza {

std::optional<GroupMember> read_member(const wire::Node& participant);
std::vector<GroupMember> read_members(const wire::Node& parent);
wire::Node member_node(const GroupMember& member);
wire::Node description_node(std::string_view text);

}  // namespace wasphere::stanza
