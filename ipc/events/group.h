// Events of groups and people.
#pragma once

#include <optional>
#include <vector>

#include "ipc/command.h"
#include "ipc/events/info.h"

namespace wasphere::ipc {

struct GroupUpdateEvent {
  static constexpr EventInfo event{"groups.update", "Something about a group changed."};
  std::string id;
  std::string subject;
  std::string description;
  bool announce = false;
  bool locked = false;
  std::int64_t ephemeralDuration = 0;
  std::int64_t size = 0;
  std::string what;
  std::optional<std::string> author;
  static constexpr auto fields = std::tuple{
      field("id", &GroupUpdateEvent::id, "Address of the group."),
      field("subject", &GroupUpdateEvent::subject, "Its name now."),
      field("description", &GroupUpdateEvent::description, "Its description now."),
      field("announce", &GroupUpdateEvent::announce, "True if only admins may write."),
      field("restrict", &GroupUpdateEvent::locked, "True if only admins may change it."),
      field("ephemeralDuration", &GroupUpdateEvent::ephemeralDuration,
            "After how many seconds messages disappear; 0: never."),
      field("size", &GroupUpdateEvent::size, "How many members it has."),
      field("what", &GroupUpdateEvent::what, "WhatsApp's name of the change: create, subject."),
      field("author", &GroupUpdateEvent::author, "Who changed it.")};
};

struct GroupParticipantsEvent {
  static constexpr EventInfo event{"group.participants.update", "Members of a group changed."};
  std::string id;
  std::optional<std::string> author;
  std::vector<std::string> participants;
  std::string action;
  static constexpr auto fields = std::tuple{
      field("id", &GroupParticipantsEvent::id, "Address of the group."),
      field("author", &GroupParticipantsEvent::author, "Who changed it."),
      field("participants", &GroupParticipantsEvent::participants, "Those concerned."),
      field("action", &GroupParticipantsEvent::action, "add, remove, promote or demote.")};
};

struct IdentityChangedEvent {
  static constexpr EventInfo event{"contact.identity_changed",
                                   "A contact has a new phone, or installed WhatsApp anew."};
  std::string id;
  std::optional<std::string> phone;
  static constexpr auto fields =
      std::tuple{field("id", &IdentityChangedEvent::id, "Address of the contact."),
                 field("phone", &IdentityChangedEvent::phone, "The contact by phone number.")};
};

}  // namespace wasphere::ipc
