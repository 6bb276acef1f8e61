// Requests about groups, and their metadata as a server writes it.
#include "core/stanza/enc.h"
#include "core/stanza/fields.h"
#include "core/stanza/group.h"
#include "core/stanza/group_fields.h"
#include "core/stanza/iq.h"

namespace wasphere::stanza {
namespace {

wire::Node group_iq(std::string_view id, const wire::Jid& to, std::string_view type,
                    wire::Node child) {
  wire::Node out = iq(id, "w:g2", type, {std::move(child)});
  out.set("to", to);
  return out;
}

wire::Jid all_groups() {
  return wire::Jid::server_only(wire::kGroupServer);
}

wire::Node tag(const char* name, wire::Nodes children = {}) {
  wire::Node out{name, {}, {}};
  if (!children.empty()) out.content = std::move(children);
  return out;
}

wire::Nodes participant_nodes(const std::vector<wire::Jid>& members) {
  wire::Nodes out;
  out.reserve(members.size());
  for (const wire::Jid& member : members)
    out.push_back({"participant", {{"jid", member.without_device()}}, {}});
  return out;
}

wire::Nodes parts_of(const GroupInfo& group) {
  wire::Nodes out;
  out.reserve(group.members.size() + 4);
  for (const GroupMember& member : group.members) out.push_back(member_node(member));
  if (!group.description.empty()) out.push_back(description_node(group.description));
  if (group.announce) out.push_back(tag("announcement"));
  if (group.locked) out.push_back(tag("locked"));
  if (group.ephemeral_s != 0)
    out.push_back(text_attr_node("ephemeral", "expiration", std::to_string(group.ephemeral_s)));
  return out;
}

}  // namespace

wire::Node group_query(std::string_view id, const wire::Jid& group) {
  return group_iq(id, group, "get", text_attr_node("query", "request", "interactive"));
}

wire::Node groups_query(std::string_view id) {
  return group_iq(id, all_groups(), "get",
                  tag("participating", {tag("participants"), tag("description")}));
}

wire::Node group_create(std::string_view id, std::string_view subject,
                        const std::vector<wire::Jid>& members, std::string_view key) {
  wire::Node create{"create", {{"subject", std::string(subject)}}, {}};
  set_if(create, "key", key);
  if (!members.empty()) create.content = participant_nodes(members);
  return group_iq(id, all_groups(), "set", std::move(create));
}

wire::Node group_leave(std::string_view id, const wire::Jid& group) {
  wire::Node leaving{"group", {{"id", group}}, {}};
  return group_iq(id, all_groups(), "set", tag("leave", {std::move(leaving)}));
}

wire::Node group_participants(std::string_view id, const wire::Jid& group, std::string_view action,
                              const std::vector<wire::Jid>& members) {
  wire::Node change{std::string(action), {}, participant_nodes(members)};
  return group_iq(id, group, "set", std::move(change));
}

wire::Node member_node(const GroupMember& member) {
  wire::Node out{"participant", {{"jid", member.jid}}, {}};
  if (member.phone != member.jid) set_if(out, "phone_number", member.phone);
  if (member.lid != member.jid) set_if(out, "lid", member.lid);
  set_if(out, "type", member.role);
  return out;
}

wire::Node description_node(std::string_view text) {
  return {"description", {{"id", "1"}}, wire::Nodes{leaf("body", text)}};
}

wire::Node build_group(const GroupInfo& group) {
  wire::Node out{"group", {{"id", group.jid.user}}, parts_of(group)};
  out.set("subject", group.subject);
  out.set("creation", std::to_string(group.created));
  if (auto creator = wire::Jid::parse(group.creator); creator && !creator->is_server())
    out.set("creator", *creator);
  out.set("addressing_mode", std::string(mode_name(group.mode)));
  out.set("size", std::to_string(group.members.size()));
  return out;
}

}  // namespace wasphere::stanza
