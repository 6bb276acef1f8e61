// Operations on messages that are there already: looking at them, waiting, taking back, marking
// read.
#pragma once

#include <optional>
#include <vector>

#include "ipc/command.h"
#include "ipc/commands/send.h"

namespace wasphere::ipc {

inline constexpr std::array<std::string_view, 11> kMessageStatuses{
    "queued", "sending", "sent",      "delivered", "read",         "played",
    "failed", "expired", "cancelled", "received",  "undecryptable"};
inline constexpr std::array<std::string_view, 4> kWaitGoals{"sent", "delivered", "read", "played"};

// How far a message got.
struct MessageState {
  std::string messageId;
  std::string sessionId;
  std::string to;
  std::string type;
  std::string status;
  std::int64_t attempts = 0;
  std::optional<std::int64_t> position;
  std::optional<std::string> notBefore;
  std::optional<std::string> expiresAt;
  std::optional<std::string> queuedAt;
  std::optional<std::string> sentAt;
  std::optional<std::string> deliveredAt;
  std::optional<std::string> readAt;
  std::optional<std::string> playedAt;
  std::optional<std::string> error;
  std::optional<std::int64_t> errorCode;
  static constexpr auto fields = std::tuple{
      field("messageId", &MessageState::messageId, "WhatsApp's id of the message."),
      field("sessionId", &MessageState::sessionId, "Id of the session."),
      field("to", &MessageState::to, "The chat, by phone number if it is known."),
      field("type", &MessageState::type, "What it is: text, poll, reaction and so on."),
      field("status", &MessageState::status, "How far it got; never goes back.",
            one_of(kMessageStatuses)),
      field("attempts", &MessageState::attempts, "How often sending was tried."),
      field("position", &MessageState::position, "Place in the queue, while it is there."),
      field("notBefore", &MessageState::notBefore, "Not sent before this time."),
      field("expiresAt", &MessageState::expiresAt, "Given up at this time if not sent by then."),
      field("queuedAt", &MessageState::queuedAt, "When it was accepted."),
      field("sentAt", &MessageState::sentAt, "When WhatsApp acknowledged it."),
      field("deliveredAt", &MessageState::deliveredAt, "When it first reached a recipient."),
      field("readAt", &MessageState::readAt, "When it was first read."),
      field("playedAt", &MessageState::playedAt, "When it was first played."),
      field("error", &MessageState::error, "What went wrong."),
      field("errorCode", &MessageState::errorCode, "WhatsApp's number for it.")};
};

struct ReceiptView {
  std::string reader;
  std::string status;
  std::string time;
  static constexpr auto fields =
      std::tuple{field("reader", &ReceiptView::reader, "Whose receipt it is."),
                 field("status", &ReceiptView::status, "delivered, read or played."),
                 field("time", &ReceiptView::time, "When it was.")};
};

struct MessageView {
  std::string messageId;
  std::string sessionId;
  std::string chat;
  std::optional<std::string> chatPn;
  std::string sender;
  std::optional<std::string> senderPn;
  bool fromMe = false;
  bool isGroup = false;
  std::optional<std::string> pushName;
  std::int64_t timestamp = 0;
  std::string type;
  std::optional<std::string> rawType;
  std::optional<std::string> text;
  Json content;
  Json context;
  std::int64_t ephemeralSec = 0;
  bool offline = false;
  std::optional<std::string> source;
  std::string status;
  std::int64_t attempts = 0;
  std::optional<std::string> queuedAt;
  std::optional<std::string> sentAt;
  std::optional<std::string> deliveredAt;
  std::optional<std::string> readAt;
  std::optional<std::string> playedAt;
  std::optional<std::string> editedAt;
  std::optional<std::string> deletedAt;
  std::optional<std::string> error;
  std::optional<std::int64_t> errorCode;
  static constexpr auto fields = std::tuple{
      field("messageId", &MessageView::messageId, "WhatsApp's id of the message."),
      field("sessionId", &MessageView::sessionId, "Id of the session."),
      field("chat", &MessageView::chat, "The chat: a person or a group."),
      field("chatPn", &MessageView::chatPn,
            "The chat by phone number, if it is a person and known."),
      field("sender", &MessageView::sender, "The author."),
      field("senderPn", &MessageView::senderPn, "The author by phone number."),
      field("fromMe", &MessageView::fromMe, "True if this account wrote it."),
      field("isGroup", &MessageView::isGroup, "True in a group."),
      field("pushName", &MessageView::pushName, "Name that the author shows."),
      field("timestamp", &MessageView::timestamp, "When it was sent, Unix seconds."),
      field("type", &MessageView::type, "What it is: text, image, poll and so on."),
      field("rawType", &MessageView::rawType, "WhatsApp's own name of the content."),
      field("text", &MessageView::text, "The text in it, as search finds it."),
      field("content", &MessageView::content, "The content; depends on the type."),
      field("context", &MessageView::context, "quotedMessageId, mentions and forwarded."),
      field("ephemeralSec", &MessageView::ephemeralSec,
            "After how many seconds it disappears; 0: never."),
      field("offline", &MessageView::offline,
            "True if it waited at the server while the session was away."),
      field("source", &MessageView::source, "Of our own: api, bulk, or device."),
      field("status", &MessageView::status, "How far it got.", one_of(kMessageStatuses)),
      field("attempts", &MessageView::attempts, "How often sending was tried."),
      field("queuedAt", &MessageView::queuedAt, "When it was accepted."),
      field("sentAt", &MessageView::sentAt, "When WhatsApp acknowledged it."),
      field("deliveredAt", &MessageView::deliveredAt, "When it first reached a recipient."),
      field("readAt", &MessageView::readAt, "When it was first read."),
      field("playedAt", &MessageView::playedAt, "When it was first played."),
      field("editedAt", &MessageView::editedAt, "When its text was last changed."),
      field("deletedAt", &MessageView::deletedAt, "When it was deleted for everyone."),
      field("error", &MessageView::error, "What went wrong."),
      field("errorCode", &MessageView::errorCode, "WhatsApp's number for it.")};
};

// What names one message.
struct MessageRef {
  std::string sessionId;
  std::string messageId;
  static constexpr auto fields =
      std::tuple{session_id_field(&MessageRef::sessionId), message_id_arg(&MessageRef::messageId)};
};

struct MessageGet : MessageRef {
  using Response = MessageView;
  static constexpr CommandInfo command{
      .method = "message.get",
      .cli = "message show",
      .route = get("/api/messages/{messageId}"),
      .scope = Scope::messages_read,
      .summary = "Show one message.",
      .returns = "The message.",
      .errors = {ErrorCode::session_not_found, ErrorCode::message_not_found}};
};

struct MessageStatusGet : MessageRef {
  using Response = MessageState;
  static constexpr CommandInfo command{
      .method = "message.status",
      .cli = "message status",
      .route = get("/api/messages/{messageId}/status"),
      .scope = Scope::messages_read,
      .summary = "Tell how far a message got.",
      .returns = "Its status with times, and its place in the queue.",
      .errors = {ErrorCode::session_not_found, ErrorCode::message_not_found}};
};

struct WaitAnswer {
  bool reached = false;
  MessageState message;
  static constexpr auto fields =
      std::tuple{field("reached", &WaitAnswer::reached, "True if it got at least that far."),
                 field("message", &WaitAnswer::message, "How far it got.")};
};

struct MessageWait : MessageRef {
  using Response = WaitAnswer;
  static constexpr CommandInfo command{
      .method = "message.wait",
      .cli = "message wait",
      .route = get("/api/messages/{messageId}/wait"),
      .scope = Scope::messages_read,
      .summary = "Wait until a message has got somewhere.",
      .description =
          "The answer comes when it got there, when it never will, or when the time is over.",
      .returns = "Whether it got there, and its status.",
      .errors = {ErrorCode::session_not_found, ErrorCode::message_not_found}};
  std::string goal = "sent";
  std::int64_t timeoutMs = 30000;
  static constexpr auto fields = std::tuple_cat(
      MessageRef::fields,
      std::tuple{
          field("for", &MessageWait::goal, "How far it must get.", one_of(kWaitGoals), defaulted),
          field("timeoutMs", &MessageWait::timeoutMs, "Longest wait in milliseconds.",
                range(0, 3600000), value_name("MS"), defaulted)});
};

struct MessageCancel : MessageRef {
  using Response = MessageState;
  static constexpr CommandInfo command{
      .method = "message.cancel",
      .cli = "message cancel",
      .route = del("/api/messages/{messageId}/queue"),
      .scope = Scope::messages_send,
      .summary = "Take a message out of the queue before it is sent.",
      .returns = "Its status.",
      .errors = {ErrorCode::session_not_found, ErrorCode::message_not_found, ErrorCode::conflict}};
};

struct TraceStep {
  std::string time;
  std::string step;
  std::optional<std::string> detail;
  static constexpr auto fields = std::tuple{field("time", &TraceStep::time, "When it was."),
                                            field("step", &TraceStep::step, "What happened."),
                                            field("detail", &TraceStep::detail, "More about it.")};
};

struct MessageTraceView {
  std::string messageId;
  std::string sessionId;
  std::string status;
  std::vector<TraceStep> steps;
  static constexpr auto fields =
      std::tuple{field("messageId", &MessageTraceView::messageId, "WhatsApp's id of the message."),
                 field("sessionId", &MessageTraceView::sessionId, "Id of the session."),
                 field("status", &MessageTraceView::status, "How far it got."),
                 field("steps", &MessageTraceView::steps,
                       "What happened to it and whose receipts came, oldest first.")};
};

struct MessageTrace : MessageRef {
  using Response = MessageTraceView;
  static constexpr CommandInfo command{
      .method = "message.trace",
      .cli = "message trace",
      .route = get("/api/messages/{messageId}/trace"),
      .scope = Scope::messages_read,
      .summary = "Tell step by step what happened to a message.",
      .returns = "The steps with their times.",
      .errors = {ErrorCode::session_not_found, ErrorCode::message_not_found}};
};

struct ReadAnswer {
  std::string status;
  static constexpr auto fields = std::tuple{field("status", &ReadAnswer::status, "Always read.")};
};

struct MessageRead {
  using Response = ReadAnswer;
  static constexpr CommandInfo command{
      .method = "message.read",
      .cli = "message read",
      .route = post("/api/messages/read"),
      .scope = Scope::messages_send,
      .summary = "Mark messages of a chat as read.",
      .description = "Their authors see it, if the account's privacy settings allow.",
      .returns = "That it was done.",
      .errors = {ErrorCode::session_not_found, ErrorCode::invalid_recipient,
                 ErrorCode::message_not_found, ErrorCode::session_not_connected}};
  std::string sessionId;
  std::string to;
  std::vector<std::string> messageIds;
  static constexpr auto fields =
      std::tuple{session_id_field(&MessageRead::sessionId), recipient_arg(&MessageRead::to),
                 arg("messageIds", &MessageRead::messageIds, "Ids of the messages.", count(1, 100),
                     length(1, 100), value_name("ID"))};
};

}  // namespace wasphere::ipc
