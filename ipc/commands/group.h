// Operations on groups.
#pragma once

#include <optional>
#include <vector>

#include "ipc/command.h"
#include "ipc/commands/send.h"

namespace wasphere::ipc {

constexpr auto group_arg(auto member) {
  return arg("groupId", member, "JID of the group; @g.us may be left out.", length(1, 64),
             value_name("GROUP"));
}

struct GroupMemberView {
  std::string jid;
  std::optional<std::string> phone;
  std::optional<std::string> lid;
  std::optional<std::string> admin;
  static constexpr auto fields =
      std::tuple{field("jid", &GroupMemberView::jid, "Address of the member, as the group has it."),
                 field("phone", &GroupMemberView::phone, "The member by phone number."),
                 field("lid", &GroupMemberView::lid, "The member by hidden address."),
                 field("admin", &GroupMemberView::admin, "admin, superadmin, or null.")};
};

struct GroupView {
  std::string id;
  std::string subject;
  std::optional<std::string> desc;
  std::optional<std::int64_t> creation;
  std::optional<std::string> owner;
  std::int64_t size = 0;
  bool announce = false;
  bool locked = false;
  std::int64_t ephemeralDuration = 0;
  std::string addressingMode;
  std::vector<GroupMemberView> participants;
  static constexpr auto fields =
      std::tuple{field("id", &GroupView::id, "Address of the group."),
                 field("subject", &GroupView::subject, "Its name."),
                 field("desc", &GroupView::desc, "Its description."),
                 field("creation", &GroupView::creation, "When it was created, Unix seconds."),
                 field("owner", &GroupView::owner, "Who created it."),
                 field("size", &GroupView::size, "How many members it has."),
                 field("announce", &GroupView::announce, "True if only admins may write."),
                 field("restrict", &GroupView::locked, "True if only admins may change it."),
                 field("ephemeralDuration", &GroupView::ephemeralDuration,
                       "After how many seconds messages disappear; 0: never."),
                 field("addressingMode", &GroupView::addressingMode, "pn or lid."),
                 field("participants", &GroupView::participants, "Its members.")};
};

struct GroupPage {
  std::vector<GroupView> groups;
  std::int64_t total = 0;
  static constexpr auto fields =
      std::tuple{field("groups", &GroupPage::groups, "The groups by name."),
                 field("total", &GroupPage::total, "How many there are.")};
};

struct GroupList {
  using Response = GroupPage;
  static constexpr CommandInfo command{
      .method = "group.list",
      .cli = "group list",
      .route = get("/api/sessions/{sessionId}/groups"),
      .scope = Scope::sessions_read,
      .summary = "List the groups the account is in.",
      .returns = "The groups and their number.",
      .errors = {ErrorCode::session_not_found, ErrorCode::session_not_connected}};
  std::string sessionId;
  static constexpr auto fields = std::tuple{session_id_field(&GroupList::sessionId)};
};

struct GroupGet {
  using Response = GroupView;
  static constexpr CommandInfo command{
      .method = "group.get",
      .cli = "group show",
      .route = get("/api/sessions/{sessionId}/groups/{groupId}"),
      .scope = Scope::sessions_read,
      .summary = "Show one group with its members.",
      .returns = "The group.",
      .errors = {ErrorCode::session_not_found, ErrorCode::group_not_found,
                 ErrorCode::session_not_connected}};
  std::string sessionId;
  std::string groupId;
  static constexpr auto fields =
      std::tuple{session_id_field(&GroupGet::sessionId), group_arg(&GroupGet::groupId)};
};

struct GroupCreate {
  using Response = GroupView;
  static constexpr CommandInfo command{
      .method = "group.create",
      .cli = "group create",
      .route = post("/api/sessions/{sessionId}/groups", 201),
      .scope = Scope::sessions_write,
      .summary = "Create a group.",
      .description = "Who does not allow being added is missing from the answer.",
      .returns = "The new group.",
      .errors = {ErrorCode::session_not_found, ErrorCode::invalid_recipient,
                 ErrorCode::session_not_connected, ErrorCode::whatsapp_error}};
  std::string sessionId;
  std::string name;
  std::vector<std::string> participants;
  static constexpr auto fields = std::tuple{
      session_id_field(&GroupCreate::sessionId),
      arg("name", &GroupCreate::name, "Name of the group.", length(1, 100), value_name("SUBJECT")),
      field("participants", &GroupCreate::participants, "Numbers or JIDs of the members.",
            count(1, 1023), length(1, 100), value_name("NUMBER"))};
};

// What add, remove, promote and demote take.
struct GroupChange {
  using Response = GroupView;
  std::string sessionId;
  std::string groupId;
  std::vector<std::string> participants;
  static constexpr auto fields =
      std::tuple{session_id_field(&GroupChange::sessionId), group_arg(&GroupChange::groupId),
                 arg("participants", &GroupChange::participants, "Numbers or JIDs of the members.",
                     count(1, 500), length(1, 100), value_name("NUMBER"))};
};
inline constexpr ErrorCodes kGroupChangeErrors{
    ErrorCode::session_not_found, ErrorCode::group_not_found, ErrorCode::invalid_recipient,
    ErrorCode::session_not_connected, ErrorCode::whatsapp_error};

struct GroupAdd : GroupChange {
  static constexpr CommandInfo command{
      .method = "group.add",
      .cli = "group add",
      .route = post("/api/sessions/{sessionId}/groups/{groupId}/participants/add"),
      .scope = Scope::sessions_write,
      .summary = "Add members to a group.",
      .returns = "The group as it is now.",
      .errors = kGroupChangeErrors};
};
struct GroupRemove : GroupChange {
  static constexpr CommandInfo command{
      .method = "group.remove",
      .cli = "group remove",
      .route = post("/api/sessions/{sessionId}/groups/{groupId}/participants/remove"),
      .scope = Scope::sessions_write,
      .summary = "Remove members from a group.",
      .returns = "The group as it is now.",
      .errors = kGroupChangeErrors};
};
struct GroupPromote : GroupChange {
  static constexpr CommandInfo command{
      .method = "group.promote",
      .cli = "group promote",
      .route = post("/api/sessions/{sessionId}/groups/{groupId}/participants/promote"),
      .scope = Scope::sessions_write,
      .summary = "Make members of a group admins.",
      .returns = "The group as it is now.",
      .errors = kGroupChangeErrors};
};
struct GroupDemote : GroupChange {
  static constexpr CommandInfo command{
      .method = "group.demote",
      .cli = "group demote",
      .route = post("/api/sessions/{sessionId}/groups/{groupId}/participants/demote"),
      .scope = Scope::sessions_write,
      .summary = "Take the admin role from members of a group.",
      .returns = "The group as it is now.",
      .errors = kGroupChangeErrors};
};

struct GroupLeft {
  std::string groupId;
  bool left = false;
  static constexpr auto fields =
      std::tuple{field("groupId", &GroupLeft::groupId, "Address of the group."),
                 field("left", &GroupLeft::left, "Always true.")};
};

struct GroupLeave {
  using Response = GroupLeft;
  static constexpr CommandInfo command{
      .method = "group.leave",
      .cli = "group leave",
      .route = post("/api/sessions/{sessionId}/groups/{groupId}/leave"),
      .scope = Scope::sessions_write,
      .summary = "Leave a group.",
      .returns = "That it is done.",
      .errors = {ErrorCode::session_not_found, ErrorCode::group_not_found,
                 ErrorCode::session_not_connected, ErrorCode::whatsapp_error}};
  std::string sessionId;
  std::string groupId;
  static constexpr auto fields =
      std::tuple{session_id_field(&GroupLeave::sessionId), group_arg(&GroupLeave::groupId)};
};

}  // namespace wasphere::ipc
