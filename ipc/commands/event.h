// Operations on the event log.
#pragma once

#include <optional>
#include <vector>

#include "ipc/command.h"
#include "ipc/events.h"

namespace wasphere::ipc {

struct Subscription {
  std::string subscription;
  std::int64_t seq = 0;
  static constexpr auto fields =
      std::tuple{field("subscription", &Subscription::subscription, "Names it in notifications."),
                 field("seq", &Subscription::seq, "Events after this number follow.")};
};

struct EventSubscribe {
  using Response = Subscription;
  static constexpr CommandInfo command{
      .method = "event.subscribe",
      .cli = "events tail",
      .route = get("/api/events"),
      .scope = Scope::sessions_read,
      .summary = "Follow events.",
      .description =
          "Each event arrives as a notification named event. With after, past events "
          "come first, so that a reader that remembers seq misses nothing.",
      .returns = "The subscription.",
      .errors = {ErrorCode::session_not_found},
      .streaming = true,
      .also = Scope::messages_read};
  std::optional<std::vector<std::string>> events;
  std::optional<std::vector<std::string>> sessions;
  std::optional<std::int64_t> after;
  static constexpr auto fields = std::tuple{
      field("events", &EventSubscribe::events, "Only events of these types.", count(64),
            one_of(kEventNames), value_name("TYPE")),
      field("sessions", &EventSubscribe::sessions, "Only events of these sessions, by name or id.",
            count(1000), length(1, 256), value_name("NAME")),
      field("after", &EventSubscribe::after, "Begin behind this number; 0 for all that is kept.",
            range(0, std::numeric_limits<std::int64_t>::max()), value_name("SEQ"))};
};

struct Unsubscribed {
  std::string subscription;
  static constexpr auto fields = std::tuple{
      field("subscription", &Unsubscribed::subscription, "The subscription that has ended.")};
};

struct EventUnsubscribe {
  using Response = Unsubscribed;
  static constexpr CommandInfo command{.method = "event.unsubscribe",
                                       .scope = Scope::sessions_read,
                                       .summary = "End a subscription of this connection.",
                                       .returns = "The subscription that has ended.",
                                       .errors = {ErrorCode::not_found}};
  std::string subscription;
  static constexpr auto fields = std::tuple{arg("subscription", &EventUnsubscribe::subscription,
                                                "As given by event.subscribe.", length(1, 64))};
};

}  // namespace wasphere::ipc
