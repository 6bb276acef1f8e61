// Events of messages. Times inside their data are Unix seconds, as WhatsApp counts.
#pragma once

#include <optional>
#include <vector>

#include "ipc/command.h"
#include "ipc/events/info.h"

namespace wasphere::ipc {

struct MessageReceivedEvent {
  static constexpr EventInfo event{"message.received", "A message came in."};
  std::string messageId;
  std::string from;
  std::optional<std::string> fromPn;
  std::string sender;
  std::string senderJid;
  std::optional<std::string> senderPn;
  std::optional<std::string> senderLid;
  std::optional<std::string> pushName;
  std::optional<std::string> avatarUrl;
  bool isGroup = false;
  bool fromMe = false;
  std::int64_t timestamp = 0;
  bool offline = false;
  std::string type;
  std::string rawType;
  Json content;
  Json context;
  std::int64_t ephemeralSec = 0;
  bool replacesPlaceholder = false;
  static constexpr auto fields = std::tuple{
      field("messageId", &MessageReceivedEvent::messageId, "WhatsApp's id of the message."),
      field("from", &MessageReceivedEvent::from, "The chat: a person or a group."),
      field("fromPn", &MessageReceivedEvent::fromPn,
            "The chat by phone number, if it is a person and known."),
      field("sender", &MessageReceivedEvent::sender, "The author."),
      field("senderJid", &MessageReceivedEvent::senderJid,
            "Where to answer the author: by phone number if it is known."),
      field("senderPn", &MessageReceivedEvent::senderPn, "The author by phone number."),
      field("senderLid", &MessageReceivedEvent::senderLid, "The author by hidden address."),
      field("pushName", &MessageReceivedEvent::pushName, "Name that the author shows."),
      field("avatarUrl", &MessageReceivedEvent::avatarUrl, "Always null at present."),
      field("isGroup", &MessageReceivedEvent::isGroup, "True in a group."),
      field("fromMe", &MessageReceivedEvent::fromMe,
            "True if another device of this account wrote it."),
      field("timestamp", &MessageReceivedEvent::timestamp, "When it was sent, Unix seconds."),
      field("offline", &MessageReceivedEvent::offline,
            "True if it waited at the server while the session was away."),
      field("type", &MessageReceivedEvent::type, "What it is: text, image, poll and so on."),
      field("rawType", &MessageReceivedEvent::rawType, "WhatsApp's own name of the content."),
      field("content", &MessageReceivedEvent::content, "The content; depends on the type."),
      field("context", &MessageReceivedEvent::context, "quotedMessageId, mentions and forwarded."),
      field("ephemeralSec", &MessageReceivedEvent::ephemeralSec,
            "After how many seconds it disappears; 0: never."),
      field("replacesPlaceholder", &MessageReceivedEvent::replacesPlaceholder,
            "True if message.undecryptable told of it before.")};
};

struct MessageSentEvent {
  static constexpr EventInfo event{"message.sent", "WhatsApp has taken a message of ours."};
  std::string messageId;
  std::string to;
  std::string type;
  Json content;
  std::int64_t timestamp = 0;
  std::string source;
  static constexpr auto fields = std::tuple{
      field("messageId", &MessageSentEvent::messageId, "WhatsApp's id of the message."),
      field("to", &MessageSentEvent::to, "The chat, by phone number if it is known."),
      field("type", &MessageSentEvent::type, "What it is: text, poll, reaction and so on."),
      field("content", &MessageSentEvent::content, "The content; depends on the type."),
      field("timestamp", &MessageSentEvent::timestamp, "When it was sent, Unix seconds."),
      field("source", &MessageSentEvent::source,
            "api, bulk, or device: written on the phone or another linked device.")};
};

// What delivered, read and played have in common.
struct MessageProgressData {
  std::string messageId;
  std::string to;
  std::optional<std::string> participant;
  std::int64_t timestamp = 0;
  static constexpr auto fields = std::tuple{
      field("messageId", &MessageProgressData::messageId, "WhatsApp's id of the message."),
      field("to", &MessageProgressData::to, "The chat, by phone number if it is known."),
      field("participant", &MessageProgressData::participant, "In a group, who it was."),
      field("timestamp", &MessageProgressData::timestamp, "When it was, Unix seconds.")};
};
struct MessageDeliveredEvent : MessageProgressData {
  static constexpr EventInfo event{"message.delivered", "A message of ours reached a recipient."};
};
struct MessageReadEvent : MessageProgressData {
  static constexpr EventInfo event{"message.read", "A message of ours was read."};
};
struct MessagePlayedEvent : MessageProgressData {
  static constexpr EventInfo event{"message.played", "A voice message of ours was played."};
};

// What failed, expired and cancelled have in common.
struct MessageEndData {
  std::string messageId;
  std::string to;
  std::optional<std::string> error;
  std::optional<std::int64_t> code;
  std::int64_t attempts = 0;
  static constexpr auto fields =
      std::tuple{field("messageId", &MessageEndData::messageId, "WhatsApp's id of the message."),
                 field("to", &MessageEndData::to, "The chat, by phone number if it is known."),
                 field("error", &MessageEndData::error, "What went wrong."),
                 field("code", &MessageEndData::code, "WhatsApp's number for it."),
                 field("attempts", &MessageEndData::attempts, "How often sending was tried.")};
};
struct MessageFailedEvent : MessageEndData {
  static constexpr EventInfo event{"message.failed", "A message of ours cannot be sent."};
};
struct MessageExpiredEvent : MessageEndData {
  static constexpr EventInfo event{"message.expired",
                                   "A message of ours was not sent in its time."};
};
struct MessageCancelledEvent : MessageEndData {
  static constexpr EventInfo event{"message.cancelled",
                                   "A queued message was taken back before it was sent."};
};

struct MessageEditedEvent {
  static constexpr EventInfo event{"message.edited", "The text of a message changed."};
  std::string messageId;
  std::string editId;
  std::string chat;
  std::string sender;
  bool fromMe = false;
  std::string text;
  Json content;
  std::int64_t timestamp = 0;
  static constexpr auto fields =
      std::tuple{field("messageId", &MessageEditedEvent::messageId, "The message that changed."),
                 field("editId", &MessageEditedEvent::editId, "Id of the edit itself."),
                 field("chat", &MessageEditedEvent::chat, "The chat: a person or a group."),
                 field("sender", &MessageEditedEvent::sender, "Who changed it."),
                 field("fromMe", &MessageEditedEvent::fromMe, "True if this account changed it."),
                 field("text", &MessageEditedEvent::text, "The text as it is now."),
                 field("content", &MessageEditedEvent::content, "The content as it is now."),
                 field("timestamp", &MessageEditedEvent::timestamp, "When it was, Unix seconds.")};
};

struct MessageDeletedEvent {
  static constexpr EventInfo event{"message.deleted", "A message was deleted for everyone."};
  std::string messageId;
  std::string chat;
  std::string sender;
  bool fromMe = false;
  std::int64_t timestamp = 0;
  static constexpr auto fields =
      std::tuple{field("messageId", &MessageDeletedEvent::messageId, "The message that is gone."),
                 field("chat", &MessageDeletedEvent::chat, "The chat: a person or a group."),
                 field("sender", &MessageDeletedEvent::sender, "Who deleted it."),
                 field("fromMe", &MessageDeletedEvent::fromMe, "True if this account deleted it."),
                 field("timestamp", &MessageDeletedEvent::timestamp, "When it was, Unix seconds.")};
};

struct MessageReactionEvent {
  static constexpr EventInfo event{"message.reaction", "Somebody reacted to a message."};
  std::string messageId;
  std::string reactionId;
  std::string chat;
  std::string sender;
  bool fromMe = false;
  std::string emoji;
  std::int64_t timestamp = 0;
  static constexpr auto fields = std::tuple{
      field("messageId", &MessageReactionEvent::messageId, "The message reacted to."),
      field("reactionId", &MessageReactionEvent::reactionId, "Id of the reaction itself."),
      field("chat", &MessageReactionEvent::chat, "The chat: a person or a group."),
      field("sender", &MessageReactionEvent::sender, "Who reacted."),
      field("fromMe", &MessageReactionEvent::fromMe, "True if this account reacted."),
      field("emoji", &MessageReactionEvent::emoji, "The emoji; empty: taken back."),
      field("timestamp", &MessageReactionEvent::timestamp, "When it was, Unix seconds.")};
};

struct MessageUndecryptableEvent {
  static constexpr EventInfo event{
      "message.undecryptable", "A message came that cannot be read yet; a new copy is asked for."};
  std::string messageId;
  std::string from;
  std::string sender;
  std::optional<std::string> senderPn;
  bool isGroup = false;
  bool fromMe = false;
  std::int64_t timestamp = 0;
  bool offline = false;
  std::string reason;
  static constexpr auto fields = std::tuple{
      field("messageId", &MessageUndecryptableEvent::messageId, "WhatsApp's id of the message."),
      field("from", &MessageUndecryptableEvent::from, "The chat: a person or a group."),
      field("sender", &MessageUndecryptableEvent::sender, "The author."),
      field("senderPn", &MessageUndecryptableEvent::senderPn, "The author by phone number."),
      field("isGroup", &MessageUndecryptableEvent::isGroup, "True in a group."),
      field("fromMe", &MessageUndecryptableEvent::fromMe,
            "True if another device of this account wrote it."),
      field("timestamp", &MessageUndecryptableEvent::timestamp, "When it was sent, Unix seconds."),
      field("offline", &MessageUndecryptableEvent::offline,
            "True if it waited at the server while the session was away."),
      field("reason", &MessageUndecryptableEvent::reason, "Why it cannot be read.")};
};

struct VoterView {
  std::string jid;
  std::optional<std::string> phone;
  static constexpr auto fields =
      std::tuple{field("jid", &VoterView::jid, "Address of the voter."),
                 field("phone", &VoterView::phone, "The voter's number, if it is known.")};
};

struct PollVoteEvent {
  static constexpr EventInfo event{"poll.vote", "Somebody voted in a poll."};
  std::string pollMessageId;
  std::string pollName;
  std::vector<std::string> selectedOptions;
  VoterView voter;
  std::string chat;
  std::string messageId;
  std::int64_t timestamp = 0;
  static constexpr auto fields = std::tuple{
      field("pollMessageId", &PollVoteEvent::pollMessageId, "The message with the poll."),
      field("pollName", &PollVoteEvent::pollName, "The question."),
      field("selectedOptions", &PollVoteEvent::selectedOptions,
            "All that this voter has chosen now; empty: taken back."),
      field("voter", &PollVoteEvent::voter, "Who voted."),
      field("chat", &PollVoteEvent::chat, "The chat: a person or a group."),
      field("messageId", &PollVoteEvent::messageId, "Id of the vote itself."),
      field("timestamp", &PollVoteEvent::timestamp, "When it was, Unix seconds.")};
};

}  // namespace wasphere::ipc
