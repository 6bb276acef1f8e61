// The public events: the list of all, and the envelope they travel in. The shape of their data is
// in events/, one struct each.
#pragma once

#include "ipc/events/group.h"
#include "ipc/events/message.h"
#include "ipc/events/session.h"

namespace wasphere::ipc {

struct WebhookDisabledEvent {
  static constexpr EventInfo event{"webhook.disabled",
                                   "A webhook was switched off: its receiver keeps failing."};
  std::string webhookId;
  std::string name;
  std::string reason;
  static constexpr auto fields =
      std::tuple{field("webhookId", &WebhookDisabledEvent::webhookId, "The webhook."),
                 field("name", &WebhookDisabledEvent::name, "What people call it."),
                 field("reason", &WebhookDisabledEvent::reason,
                       "One of gone (it answered 410), failures (50 dead letters in a row), "
                       "failing_for_days (three of them).")};
};

using Events =
    TypeList<QrEvent, CodeEvent, ConnectedEvent, ReconnectingEvent, DisconnectedEvent,
             LoggedOutEvent, BannedEvent, FailedEvent, CreatedEvent, DeletedEvent,
             ConfigUpdatedEvent, StatusEvent, MessageReceivedEvent, MessageSentEvent,
             MessageDeliveredEvent, MessageReadEvent, MessagePlayedEvent, MessageFailedEvent,
             MessageExpiredEvent, MessageCancelledEvent, MessageEditedEvent, MessageDeletedEvent,
             MessageReactionEvent, MessageUndecryptableEvent, PollVoteEvent, GroupUpdateEvent,
             GroupParticipantsEvent, IdentityChangedEvent, WebhookDisabledEvent>;

template <class... Types>
constexpr auto event_names(TypeList<Types...>) {
  return std::array<std::string_view, sizeof...(Types)>{Types::event.name...};
}
inline constexpr auto kEventNames = event_names(Events{});

// The params of the notification "event".
struct EventNotification {
  std::string subscription;
  std::int64_t seq = 0;
  std::string eventId;
  std::string event;
  std::optional<std::string> sessionId;
  std::optional<std::string> sessionName;
  std::string timestamp;
  Json data;
  static constexpr auto fields = std::tuple{
      field("subscription", &EventNotification::subscription, "The subscription it belongs to."),
      field("seq", &EventNotification::seq,
            "Place in the daemon's event log; rises by one or more."),
      field("eventId", &EventNotification::eventId, "The same for every reader of this event."),
      field("event", &EventNotification::event, "Its type."),
      field("sessionId", &EventNotification::sessionId, "The session concerned."),
      field("sessionName", &EventNotification::sessionName, "Its name at that time."),
      field("timestamp", &EventNotification::timestamp, "When it happened."),
      field("data", &EventNotification::data, "What happened; depends on the type.")};
};

}  // namespace wasphere::ipc
