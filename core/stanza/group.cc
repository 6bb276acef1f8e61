#include "core/stanza/group.h"

#include <algorithm>

#include "core/stanza/enc.h"
#include "core/stanza/fields.h"
#include "core/stanza/group_fields.h"
#include "core/stanza/iq.h"

namespace wasphere::stanza {
namespace {

constexpr std::uint32_t kDone = 200;

// A group's id often comes without its server.
std::optional<wire::Jid> group_jid(const wire::Node& node, std::string_view key) {
  std::string text = node.attr_or(key, "");
  if (text.find('@') == std::string::npos) text += "@" + std::string(wire::kGroupServer);
  auto jid = wire::Jid::parse(text);
  if (!jid || jid->user.empty() || jid->server != wire::kGroupServer) return std::nullopt;
  return jid->without_device();
}

bool failed(const wire::Node& participant) {
  return participant.has("error") && attr_u32(participant, "error") != kDone;
}

bool is_lid(const GroupMember& member) {
  return member.jid.server == wire::kLidServer;
}

AddressingMode read_mode(const wire::Node& node, const std::vector<GroupMember>& members) {
  auto stated = node.attr("addressing_mode");
  if (stated) return *stated == "lid" ? AddressingMode::lid : AddressingMode::pn;
  return std::ranges::any_of(members, is_lid) ? AddressingMode::lid : AddressingMode::pn;
}

void read_settings(GroupInfo& out, const wire::Node& node) {
  out.announce = node.child("announcement") != nullptr;
  out.locked = node.child("locked") != nullptr;
  if (const wire::Node* ephemeral = node.child("ephemeral"))
    out.ephemeral_s = attr_u32(*ephemeral, "expiration").value_or(0);
  if (const wire::Node* description = node.child("description"))
    if (const wire::Node* body = description->child("body"))
      out.description = utf8_or_empty(body->content_text());
}

}  // namespace

std::string_view mode_name(AddressingMode mode) {
  return mode == AddressingMode::lid ? "lid" : "pn";
}

std::optional<GroupMember> read_member(const wire::Node& participant) {
  auto jid = attr_user(participant, "jid");
  if (participant.tag != "participant" || !jid || failed(participant)) return std::nullopt;
  GroupMember out;
  out.jid = jid->without_device();
  out.phone = attr_user(participant, "phone_number");
  out.lid = attr_user(participant, "lid");
  if (is_lid(out)) out.lid = out.jid;
  if (out.jid.server == wire::kUserServer) out.phone = out.jid;
  std::string role = participant.attr_or("type", "");
  if (role == "admin" || role == "superadmin") out.role = std::move(role);
  return out;
}

std::vector<GroupMember> read_members(const wire::Node& parent) {
  std::vector<GroupMember> out;
  for (const wire::Node& child : parent.children())
    if (auto member = read_member(child)) out.push_back(std::move(*member));
  return out;
}

Result<GroupInfo> parse_group(const wire::Node& node) {
  auto jid = group_jid(node, "id");
  if (node.tag != "group" || !jid) return malformed("group without id");
  GroupInfo out;
  out.jid = *jid;
  out.subject = utf8_or_empty(node.attr_or("subject", ""));
  out.created = attr_time(node, "creation").value_or(0);
  out.creator = attr_word(node, "creator");
  out.members = read_members(node);
  out.mode = read_mode(node, out.members);
  read_settings(out, node);
  return out;
}

Result<GroupInfo> parse_group_answer(const wire::Node& iq) {
  WS_CHECK(check_iq_result(iq));
  const wire::Node* group = iq.child("group");
  if (group == nullptr) return malformed("a group answer without <group>");
  return parse_group(*group);
}

Result<std::vector<GroupInfo>> parse_groups_answer(const wire::Node& iq) {
  WS_CHECK(check_iq_result(iq));
  const wire::Node* groups = iq.child("groups");
  std::vector<GroupInfo> out;
  if (groups == nullptr) return malformed("a groups answer without <groups>");
  for (const wire::Node& node : groups->children())
    if (auto group = parse_group(node)) out.push_back(std::move(*group));
  return out;
}

Result<std::vector<MemberOutcome>> parse_member_outcomes(const wire::Node& iq) {
  WS_CHECK(check_iq_result(iq));
  const wire::Node* answer = iq.child();
  std::vector<MemberOutcome> out;
  if (answer == nullptr) return out;
  for (const wire::Node& participant : answer->children()) {
    auto jid = attr_user(participant, "jid");
    if (participant.tag != "participant" || !jid) continue;
    // An error that is no number is one all the same.
    std::uint32_t error = attr_u32(participant, "error").value_or(500);
    out.push_back({*jid, failed(participant) ? error : 0});
  }
  return out;
}

}  // namespace wasphere::stanza
