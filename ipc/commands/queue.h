// Operations on the queues of messages that wait to be sent.
#pragma once

#include <optional>
#include <vector>

#include "ipc/command.h"
#include "ipc/commands/send.h"

namespace wasphere::ipc {

struct QueueItem {
  std::string messageId;
  std::string sessionId;
  std::string to;
  std::string type;
  std::string status;
  std::string lane;
  std::int64_t attempts = 0;
  std::string queuedAt;
  std::optional<std::string> notBefore;
  std::optional<std::string> expiresAt;
  std::optional<std::string> jobId;
  std::optional<std::string> text;
  static constexpr auto fields =
      std::tuple{field("messageId", &QueueItem::messageId, "WhatsApp's id of the message."),
                 field("sessionId", &QueueItem::sessionId, "Id of the session."),
                 field("to", &QueueItem::to, "Where it goes."),
                 field("type", &QueueItem::type, "What it is: text, poll, reaction and so on."),
                 field("status", &QueueItem::status, "queued or sending."),
                 field("lane", &QueueItem::lane, "interactive or bulk."),
                 field("attempts", &QueueItem::attempts, "How often sending was tried."),
                 field("queuedAt", &QueueItem::queuedAt, "When it was accepted."),
                 field("notBefore", &QueueItem::notBefore, "Not sent before this time."),
                 field("expiresAt", &QueueItem::expiresAt, "Given up at this time."),
                 field("jobId", &QueueItem::jobId, "The bulk job it belongs to."),
                 field("text", &QueueItem::text, "Its text.")};
};

struct QueuePage {
  std::vector<QueueItem> items;
  std::optional<std::string> nextCursor;
  static constexpr auto fields = std::tuple{
      field("items", &QueuePage::items, "The messages in the order they were accepted."),
      field("nextCursor", &QueuePage::nextCursor, "For the next page; null on the last.")};
};

struct QueueList {
  using Response = QueuePage;
  static constexpr CommandInfo command{.method = "queue.list",
                                       .cli = "queue list",
                                       .route = get("/api/messages/queue"),
                                       .scope = Scope::messages_read,
                                       .summary = "List the messages that wait to be sent.",
                                       .returns = "A page of the queue.",
                                       .errors = {ErrorCode::session_not_found}};
  std::optional<std::string> sessionId;
  std::int64_t limit = 50;
  std::optional<std::string> cursor;
  static constexpr auto fields = std::tuple{
      session_id_field(&QueueList::sessionId),
      field("limit", &QueueList::limit, "Most entries of a page.", range(1, 100), value_name("N"),
            defaulted),
      field("cursor", &QueueList::cursor, "As nextCursor of the page before.", length(1, 100))};
};

struct QueueState {
  std::string sessionId;
  std::string sessionName;
  std::int64_t pending = 0;
  std::int64_t sending = 0;
  std::int64_t scheduled = 0;
  std::optional<std::string> oldestQueuedAt;
  bool held = false;
  static constexpr auto fields = std::tuple{
      field("sessionId", &QueueState::sessionId, "Id of the session."),
      field("sessionName", &QueueState::sessionName, "Name of the session."),
      field("pending", &QueueState::pending, "How many wait, the scheduled ones included."),
      field("sending", &QueueState::sending, "How many are on their way."),
      field("scheduled", &QueueState::scheduled, "How many wait for their time."),
      field("oldestQueuedAt", &QueueState::oldestQueuedAt, "When the oldest was accepted."),
      field("held", &QueueState::held, "True while nothing is sent from it.")};
};

struct QueueStates {
  std::vector<QueueState> queues;
  static constexpr auto fields =
      std::tuple{field("queues", &QueueStates::queues, "One for each session.")};
};

struct QueueStats {
  using Response = QueueStates;
  static constexpr CommandInfo command{.method = "queue.stats",
                                       .cli = "queue stats",
                                       .route = get("/api/messages/queue/stats"),
                                       .scope = Scope::messages_read,
                                       .summary = "Count the messages that wait to be sent.",
                                       .returns = "The counts of each session's queue.",
                                       .errors = {ErrorCode::session_not_found}};
  std::optional<std::string> sessionId;
  static constexpr auto fields = std::tuple{session_id_field(&QueueStats::sessionId)};
};

struct QueueHold {
  using Response = QueueState;
  static constexpr CommandInfo command{
      .method = "queue.hold",
      .cli = "queue hold",
      .route = post("/api/messages/queue/hold"),
      .scope = Scope::messages_send,
      .summary = "Send nothing from a session's queue until it is released.",
      .description = "Messages are still accepted. It stays held over restarts.",
      .returns = "The queue's counts.",
      .errors = {ErrorCode::session_not_found}};
  std::string sessionId;
  static constexpr auto fields = std::tuple{session_id_field(&QueueHold::sessionId)};
};

struct QueueRelease {
  using Response = QueueState;
  static constexpr CommandInfo command{.method = "queue.release",
                                       .cli = "queue release",
                                       .route = post("/api/messages/queue/release"),
                                       .scope = Scope::messages_send,
                                       .summary = "Go on sending from a queue that was held.",
                                       .returns = "The queue's counts.",
                                       .errors = {ErrorCode::session_not_found}};
  std::string sessionId;
  static constexpr auto fields = std::tuple{session_id_field(&QueueRelease::sessionId)};
};

struct NotCancelled {
  std::string messageId;
  std::string code;
  static constexpr auto fields =
      std::tuple{field("messageId", &NotCancelled::messageId, "The message."),
                 field("code", &NotCancelled::code, "Why it is not cancelled.")};
};

struct QueueCancelled {
  std::vector<std::string> cancelled;
  std::vector<NotCancelled> refused;
  static constexpr auto fields =
      std::tuple{field("cancelled", &QueueCancelled::cancelled, "Those taken out of the queue."),
                 field("refused", &QueueCancelled::refused, "Those that could not be.")};
};

struct QueueCancel {
  using Response = QueueCancelled;
  static constexpr CommandInfo command{.method = "queue.cancel",
                                       .cli = "queue cancel",
                                       .route = post("/api/messages/queue/cancel"),
                                       .scope = Scope::messages_send,
                                       .summary = "Take several messages out of the queue.",
                                       .returns = "Which are cancelled and which could not be.",
                                       .errors = {ErrorCode::session_not_found}};
  std::string sessionId;
  std::vector<std::string> messageIds;
  static constexpr auto fields =
      std::tuple{session_id_field(&QueueCancel::sessionId),
                 arg("messageIds", &QueueCancel::messageIds, "Ids of the messages.", count(1, 100),
                     length(1, 100), value_name("ID"))};
};

}  // namespace wasphere::ipc
