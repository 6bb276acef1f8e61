#include "sandbox/group_desk.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/stanza/fields.h"
#include "sandbox/network.h"
#include "sandbox/notices.h"

namespace wasphere::sandbox {
namespace {

constexpr std::uint64_t kLowestId = 120'363'000'000'000'000;
constexpr std::uint64_t kHighestId = 120'363'999'999'999'999;
constexpr int kNotFound = 404;
constexpr int kConflict = 409;

wire::Jid in_mode(const AccountRecord& account, bool lid_mode) {
  return lid_mode ? account.lid_jid() : account.jid();
}

wire::Node member_node(const World& world, const Group& group, const std::string& number,
                       const std::string& role) {
  const auto& account = *world.account(number);
  wire::Node node{"participant", {{"jid", in_mode(account, group.lid_mode)}}, {}};
  if (!role.empty()) node.set("type", role);
  if (group.lid_mode) {
    node.set("phone_number", account.jid());
  } else {
    node.set("lid", account.lid_jid());
  }
  return node;
}

std::vector<std::string> numbers_of(const Group& group) {
  std::vector<std::string> numbers;
  for (const auto& [number, role] : group.members) numbers.push_back(number);
  return numbers;
}

void add_settings(wire::Nodes& parts, const Group& group) {
  if (!group.description.empty())
    parts.push_back({"description",
                     {{"id", "D" + std::to_string(group.version)}},
                     wire::Nodes{stanza::leaf("body", group.description)}});
  if (group.announce) parts.push_back({"announcement", {}, {}});
  if (group.locked) parts.push_back({"locked", {}, {}});
  if (group.ephemeral_s > 0)
    parts.push_back({"ephemeral", {{"expiration", std::to_string(group.ephemeral_s)}}, {}});
}

bool apply_setting(Group& group, const wire::Node& request, std::uint64_t now,
                   const std::string& author) {
  const auto& tag = request.tag;
  if (tag == "subject") {
    group.subject = request.content_text();
    group.subject_author = author;
    group.subject_time = now;
  } else if (tag == "description") {
    const auto* body = request.child("body");
    group.description = body == nullptr ? "" : body->content_text();
  } else if (tag == "announcement" || tag == "not_announcement") {
    group.announce = tag == "announcement";
  } else if (tag == "locked" || tag == "unlocked") {
    group.locked = tag == "locked";
  } else if (tag == "ephemeral" || tag == "not_ephemeral") {
    group.ephemeral_s = static_cast<std::uint32_t>(request.number("expiration").value_or(0));
  } else {
    return false;
  }
  return true;
}

}  // namespace

wire::Node group_node(const World& world, const Group& group) {
  const auto& creator = *world.account(group.creator);
  const auto& author = *world.account(group.subject_author);
  wire::Node node{"group",
                  {{"id", group.id},
                   {"subject", group.subject},
                   {"s_t", std::to_string(group.subject_time)},
                   {"s_o", in_mode(author, group.lid_mode)},
                   {"creation", std::to_string(group.created)},
                   {"creator", in_mode(creator, group.lid_mode)},
                   {"addressing_mode", group.lid_mode ? "lid" : "pn"},
                   {"size", std::to_string(group.members.size())},
                   {"p_v_id", std::to_string(group.version)},
                   {"a_v_id", std::to_string(group.version)}},
                  {}};
  if (group.lid_mode) {
    node.set("s_o_pn", author.jid());
    node.set("creator_pn", creator.jid());
  }
  wire::Nodes parts;
  for (const auto& [number, role] : group.members)
    parts.push_back(member_node(world, group, number, role));
  add_settings(parts, group);
  node.content = std::move(parts);
  return node;
}

GroupDesk::GroupDesk(Network& network, wire::Jid actor)
    : network_(network),
      actor_(std::move(actor)),
      number_(network.world.account_of(actor_)->number) {}

Result<const Group*> GroupDesk::create(const std::string& subject,
                                       const std::vector<wire::Jid>& members, bool lid_mode) {
  Group group;
  group.id = std::to_string(network_.rng.between(kLowestId, kHighestId));
  group.subject = subject;
  group.creator = group.subject_author = number_;
  group.created = group.subject_time = runtime::unix_seconds(network_.clock);
  group.lid_mode = lid_mode;
  group.members.emplace(number_, "superadmin");
  for (const auto& member : members)
    if (const auto* account = network_.world.account_of(member))
      group.members.emplace(account->number, "");
  const auto jid = group.jid();
  WS_CHECK(network_.groups.save(std::move(group)));
  const auto& saved = *network_.groups.find(jid);
  wire::Node change{"create", {{"type", "new"}}, wire::Nodes{group_node(network_.world, saved)}};
  tell_group(network_, saved, actor_, std::move(change), numbers_of(saved));
  return &saved;
}

bool GroupDesk::may(const Group& group, const std::string& action) const {
  if (!group.has(number_)) return false;
  const bool open =
      action == "add" || ((action == "subject" || action == "description") && !group.locked);
  return open || group.admin(number_);
}

// 0, or why not.
int GroupDesk::apply(Group& group, const std::string& action, const std::string& number) const {
  const bool there = group.has(number);
  if (action == "add") {
    if (there) return kConflict;
    group.members.emplace(number, "");
    return 0;
  }
  if (!there) return kNotFound;
  if (action == "remove") group.members.erase(number);
  if (action == "promote") group.members[number] = "admin";
  if (action == "demote") group.members[number] = "";
  return 0;
}

Result<wire::Nodes> GroupDesk::change(const Group& group, const std::string& action,
                                      const std::vector<wire::Jid>& people) {
  auto changed = group;
  auto audience = numbers_of(group);
  wire::Nodes outcomes;
  wire::Nodes done;
  std::vector<std::string> newcomers;
  for (const auto& jid : people) {
    const auto* account = network_.world.account_of(jid);
    const int error = account == nullptr ? kNotFound : apply(changed, action, account->number);
    wire::Node outcome{"participant", {{"jid", jid.without_device()}}, {}};
    if (account != nullptr) outcome = member_node(network_.world, group, account->number, "");
    if (error != 0) outcome.set("error", std::to_string(error));
    if (error == 0) done.push_back(outcome);
    if (error == 0 && action == "add") newcomers.push_back(account->number);
    outcomes.push_back(std::move(outcome));
  }
  if (done.empty()) return outcomes;
  ++changed.version;
  wire::Node change{
      action,
      {{"prev_v_id", std::to_string(group.version)}, {"v_id", std::to_string(changed.version)}},
      std::move(done)};
  WS_CHECK(save_and_tell(std::move(changed), std::move(change), std::move(audience)));
  welcome(group, newcomers);
  return outcomes;
}

// Who is new hears of the whole group.
void GroupDesk::welcome(const Group& group, const std::vector<std::string>& newcomers) {
  if (newcomers.empty()) return;
  wire::Node created{"create", {}, wire::Nodes{group_node(network_.world, group)}};
  tell_group(network_, group, actor_, std::move(created), newcomers);
}

Result<bool> GroupDesk::set(const Group& group, const wire::Node& request) {
  auto changed = group;
  const auto now = runtime::unix_seconds(network_.clock);
  if (!apply_setting(changed, request, now, number_)) return false;
  auto change = request;
  if (request.tag == "subject") {
    const auto& account = *network_.world.account(number_);
    change = {"subject",
              {{"subject", changed.subject},
               {"s_t", std::to_string(now)},
               {"s_o", in_mode(account, group.lid_mode)}},
              {}};
  }
  auto audience = numbers_of(group);
  WS_CHECK(save_and_tell(std::move(changed), std::move(change), std::move(audience)));
  return true;
}

Status GroupDesk::save_and_tell(Group group, wire::Node change, std::vector<std::string> audience) {
  const auto jid = group.jid();
  WS_CHECK(network_.groups.save(std::move(group)));
  tell_group(network_, *network_.groups.find(jid), actor_, std::move(change), audience);
  return {};
}

}  // namespace wasphere::sandbox
