// <notification type="w:gp2"> in both directions.
#include "core/stanza/enc.h"
#include "core/stanza/fields.h"
#include "core/stanza/group.h"
#include "core/stanza/group_fields.h"

namespace wasphere::stanza {
namespace {

void read_details(GroupChanged& out, const wire::Node& child) {
  out.participants = read_members(child);
  for (const GroupMember& member : out.participants) out.members.push_back(member.jid);
  out.subject = utf8_or_empty(child.attr_or("subject", ""));
  out.key = attr_word(child, "key");
  out.ephemeral_s = attr_u32(child, "expiration").value_or(0);
  if (const wire::Node* body = child.child("body"))
    out.description = utf8_or_empty(body->content_text());
  if (const wire::Node* group = child.child("group"); group != nullptr && out.what == "create")
    if (auto created = parse_group(*group)) out.created = std::move(*created);
}

std::optional<GroupChanged> read_frame(const wire::Node& notification) {
  auto group = attr_user(notification, "from");
  if (!is_tag(notification, "notification", "w:gp2") || !group) return std::nullopt;
  GroupChanged out;
  out.group = *group;
  out.author = attr_user(notification, "participant");
  out.author_phone = attr_user(notification, "participant_pn");
  out.time = attr_time(notification, "t").value_or(0);
  return out;
}

wire::Node change_node(const GroupChanged& change) {
  if (change.what == "description" && !change.description.empty())
    return description_node(change.description);
  wire::Nodes children;
  for (const GroupMember& member : change.participants) children.push_back(member_node(member));
  if (change.created) children.push_back(build_group(*change.created));
  if (change.what == "description") children.push_back({"delete", {}, {}});
  wire::Node out{change.what, {}, {}};
  if (!children.empty()) out.content = std::move(children);
  set_if(out, "subject", change.subject);
  set_if(out, "key", change.key);
  if (change.ephemeral_s != 0) out.set("expiration", std::to_string(change.ephemeral_s));
  return out;
}

}  // namespace

std::vector<GroupChanged> parse_group_changes(const wire::Node& notification) {
  std::vector<GroupChanged> out;
  auto frame = read_frame(notification);
  if (!frame) return out;
  for (const wire::Node& child : notification.children()) {
    if (!is_printable(child.tag, 64)) continue;
    out.push_back(*frame);
    out.back().what = child.tag;
    read_details(out.back(), child);
  }
  return out;
}

std::optional<GroupChanged> parse_group_changed(const wire::Node& notification) {
  auto all = parse_group_changes(notification);
  return all.empty() ? std::nullopt : std::optional(std::move(all.front()));
}

wire::Node build_group_notification(std::string_view id, const GroupChanged& change,
                                    AddressingMode mode) {
  wire::Node out{"notification",
                 {{"from", change.group},
                  {"type", "w:gp2"},
                  {"id", std::string(id)},
                  {"t", std::to_string(change.time)},
                  {"addressing_mode", std::string(mode_name(mode))}},
                 wire::Nodes{change_node(change)}};
  set_if(out, "participant", change.author);
  set_if(out, "participant_pn", change.author_phone);
  return out;
}

}  // namespace wasphere::stanza
