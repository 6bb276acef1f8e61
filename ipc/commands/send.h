// Operations that send something, and the answer they share.
#pragma once

#include <optional>
#include <vector>

#include "ipc/command.h"

namespace wasphere::ipc {

constexpr auto session_id_field(auto member) {
  return field("sessionId", member, "Name or id of the session.", length(1, 256),
               value_name("NAME"));
}
constexpr auto recipient_arg(auto member) {
  return arg("to", member, "Number with country code, or JID of a person or group.", length(1, 100),
             value_name("TO"));
}
constexpr auto message_id_arg(auto member) {
  return arg("messageId", member, "Id of the message.", length(1, 100), value_name("ID"));
}

// Once it has been accepted it is durable. `status` is "sent" if the server acknowledged it within
// `wait`, else "queued".
struct SendAnswer {
  std::string messageId;
  std::string status;
  std::string sessionId;
  std::string to;
  std::string type;
  std::optional<std::int64_t> timestamp;
  std::optional<std::int64_t> position;
  std::optional<std::string> estimatedSendAt;
  bool replayed = false;
  static constexpr auto fields = std::tuple{
      field("messageId", &SendAnswer::messageId, "WhatsApp's id of the message."),
      field("status", &SendAnswer::status, "sent or queued."),
      field("sessionId", &SendAnswer::sessionId, "Id of the session."),
      field("to", &SendAnswer::to, "The chat, by phone number if it is known."),
      field("type", &SendAnswer::type, "What it is: text, poll, reaction and so on."),
      field("timestamp", &SendAnswer::timestamp, "When it was sent, Unix seconds."),
      field("position", &SendAnswer::position, "Place in the queue, from 1."),
      field("estimatedSendAt", &SendAnswer::estimatedSendAt, "When its turn is expected."),
      field("replayed", &SendAnswer::replayed,
            "True if the idempotency key was used before: nothing new was queued.")};
};

// What every send takes, besides what is sent.
struct SendOptions {
  std::string sessionId;
  std::string to;
  std::optional<std::string> quotedId;
  std::vector<std::string> mentions;
  std::optional<Json> at;
  std::optional<std::int64_t> expiresInSec;
  bool requireConnected = false;
  std::optional<std::string> idempotencyKey;
  std::int64_t wait = 0;
  static constexpr auto target_fields =
      std::tuple{session_id_field(&SendOptions::sessionId), recipient_arg(&SendOptions::to)};
  static constexpr auto reply_fields =
      std::tuple{field("quotedId", &SendOptions::quotedId, "Id of the message this one answers.",
                       length(1, 100), value_name("ID")),
                 field("mentions", &SendOptions::mentions,
                       "Numbers or JIDs of people to notify; the text names each as @NUMBER.",
                       count(256), length(1, 100), value_name("NUMBER"), defaulted)};
  static constexpr auto queue_fields = std::tuple{
      field("at", &SendOptions::at,
            "Not before this time: ISO 8601 with a time zone, or Unix milliseconds.",
            value_name("TIME")),
      field("expiresInSec", &SendOptions::expiresInSec,
            "Give up when it is not sent within so many seconds; a day if it is not said.",
            range(60, 604800), value_name("SECONDS")),
      field("requireConnected", &SendOptions::requireConnected,
            "Refuse instead of queueing while the session is not connected.", defaulted),
      field("idempotencyKey", &SendOptions::idempotencyKey,
            "Repeating a request with its key within a day gives the first answer again.",
            length(1, 128), format(Format::ascii), value_name("KEY")),
      field("wait", &SendOptions::wait,
            "Seconds to hold the answer until the server has acknowledged the message.",
            range(0, 60), value_name("SECONDS"), defaulted)};
};

inline constexpr ErrorCodes kSendErrors{
    ErrorCode::session_not_found,     ErrorCode::invalid_recipient,
    ErrorCode::message_not_found,     ErrorCode::queue_full,
    ErrorCode::no_credentials,        ErrorCode::session_banned,
    ErrorCode::session_not_connected, ErrorCode::idempotency_mismatch};

struct MessageSend : SendOptions {
  using Response = SendAnswer;
  static constexpr CommandInfo command{
      .method = "message.send",
      .cli = "send",
      .route = post("/api/messages/text", 201).or_if(202, "queued"),
      .scope = Scope::messages_send,
      .summary = "Send a text.",
      .description =
          "The message is durable when the answer comes. It leaves when its turn comes, at the "
          "pace "
          "of the session's settings, and its receipts move it on.",
      .returns = "The message's id and how far it got.",
      .errors = kSendErrors};
  std::string text;
  static constexpr auto fields =
      std::tuple_cat(SendOptions::target_fields,
                     std::tuple{arg("text", &MessageSend::text, "The text.", length(1, 65536),
                                    value_name("TEXT"))},
                     SendOptions::reply_fields, SendOptions::queue_fields);
};

struct MessageSendLocation : SendOptions {
  using Response = SendAnswer;
  static constexpr CommandInfo command{
      .method = "message.sendLocation",
      .route = post("/api/messages/location", 201).or_if(202, "queued"),
      .scope = Scope::messages_send,
      .summary = "Send a place on the map.",
      .returns = "The message's id and how far it got.",
      .errors = kSendErrors};
  double latitude = 0;
  double longitude = 0;
  std::optional<std::string> name;
  std::optional<std::string> address;
  static constexpr auto fields = std::tuple_cat(
      SendOptions::target_fields,
      std::tuple{
          field("latitude", &MessageSendLocation::latitude, "Degrees north.", range(-90, 90)),
          field("longitude", &MessageSendLocation::longitude, "Degrees east.", range(-180, 180)),
          field("name", &MessageSendLocation::name, "Name of the place.", length(0, 255)),
          field("address", &MessageSendLocation::address, "Address of the place.", length(0, 512))},
      SendOptions::reply_fields, SendOptions::queue_fields);
};

struct ContactEntry {
  std::string displayName;
  std::string phoneNumber;
  static constexpr auto fields = std::tuple{
      field("displayName", &ContactEntry::displayName, "Name to show.", length(1, 100)),
      field("phoneNumber", &ContactEntry::phoneNumber, "Number with country code.", length(1, 30))};
};

struct MessageSendContact : SendOptions {
  using Response = SendAnswer;
  static constexpr CommandInfo command{
      .method = "message.sendContact",
      .route = post("/api/messages/contact", 201).or_if(202, "queued"),
      .scope = Scope::messages_send,
      .summary = "Send one contact card, or several.",
      .description = "Give displayName and phoneNumber, or contacts for several at once.",
      .returns = "The message's id and how far it got.",
      .errors = kSendErrors};
  std::optional<std::string> displayName;
  std::optional<std::string> phoneNumber;
  std::vector<ContactEntry> contacts;
  static constexpr auto fields = std::tuple_cat(
      SendOptions::target_fields,
      std::tuple{
          field("displayName", &MessageSendContact::displayName, "Name to show.", length(1, 100)),
          field("phoneNumber", &MessageSendContact::phoneNumber, "Number with country code.",
                length(1, 30)),
          field("contacts", &MessageSendContact::contacts, "Several cards in one message.",
                count(20), defaulted)},
      SendOptions::reply_fields, SendOptions::queue_fields);
};

struct MessageSendPoll : SendOptions {
  using Response = SendAnswer;
  static constexpr CommandInfo command{
      .method = "message.sendPoll",
      .route = post("/api/messages/poll", 201).or_if(202, "queued"),
      .scope = Scope::messages_send,
      .summary = "Send a poll.",
      .description = "Votes arrive as events named poll.vote.",
      .returns = "The message's id and how far it got.",
      .errors = kSendErrors};
  std::string name;
  std::vector<std::string> options;
  std::int64_t selectableCount = 1;
  static constexpr auto fields = std::tuple_cat(
      SendOptions::target_fields,
      std::tuple{
          field("name", &MessageSendPoll::name, "The question.", length(1, 255)),
          field("options", &MessageSendPoll::options, "The answers, all different.", count(2, 12),
                length(1, 100)),
          field("selectableCount", &MessageSendPoll::selectableCount,
                "How many answers one may choose; 0 for any number.", range(0, 12), defaulted)},
      SendOptions::reply_fields, SendOptions::queue_fields);
};

struct MessageReact : SendOptions {
  using Response = SendAnswer;
  static constexpr CommandInfo command{
      .method = "message.react",
      .cli = "message react",
      .route = post("/api/messages/reaction", 201).or_if(202, "queued"),
      .scope = Scope::messages_send,
      .summary = "React to a message with an emoji.",
      .description =
          "The message must be known to this session. An empty emoji takes the reaction "
          "back.",
      .returns = "The reaction's own id and how far it got.",
      .errors = kSendErrors};
  std::string messageId;
  std::string emoji;
  static constexpr auto fields = std::tuple_cat(
      SendOptions::target_fields,
      std::tuple{message_id_arg(&MessageReact::messageId),
                 arg("emoji", &MessageReact::emoji, "One emoji; empty to take it back.",
                     length(0, 16), value_name("EMOJI"))},
      SendOptions::queue_fields);
};

struct MessageEdit : SendOptions {
  using Response = SendAnswer;
  static constexpr CommandInfo command{
      .method = "message.edit",
      .cli = "message edit",
      .route = post("/api/messages/{messageId}/edit", 201).or_if(202, "queued"),
      .scope = Scope::messages_send,
      .summary = "Change the text of a message of our own.",
      .description = "WhatsApp allows it for 15 minutes after sending.",
      .returns = "The edit's own id and how far it got.",
      .errors = {ErrorCode::session_not_found, ErrorCode::message_not_found, ErrorCode::conflict,
                 ErrorCode::edit_window_expired, ErrorCode::invalid_recipient,
                 ErrorCode::queue_full, ErrorCode::no_credentials, ErrorCode::session_banned}};
  std::string messageId;
  std::string text;
  static constexpr auto fields = std::tuple_cat(
      SendOptions::target_fields,
      std::tuple{
          message_id_arg(&MessageEdit::messageId),
          arg("text", &MessageEdit::text, "The new text.", length(1, 65536), value_name("TEXT"))},
      SendOptions::queue_fields);
};

struct MessageDelete : SendOptions {
  using Response = SendAnswer;
  static constexpr CommandInfo command{
      .method = "message.delete",
      .cli = "message revoke",
      .route = del("/api/messages/{messageId}").or_if(202, "queued"),
      .scope = Scope::messages_send,
      .summary = "Delete a message for everyone.",
      .description =
          "A message of our own within about two days, or as admin of a group anybody's.",
      .returns = "The request's own id and how far it got.",
      .errors = {ErrorCode::session_not_found, ErrorCode::message_not_found, ErrorCode::conflict,
                 ErrorCode::edit_window_expired, ErrorCode::invalid_recipient,
                 ErrorCode::not_supported, ErrorCode::no_credentials, ErrorCode::session_banned}};
  std::string messageId;
  bool forEveryone = true;
  static constexpr auto fields = std::tuple_cat(
      SendOptions::target_fields,
      std::tuple{message_id_arg(&MessageDelete::messageId),
                 field("forEveryone", &MessageDelete::forEveryone,
                       "False would delete it for this account only, which is not supported yet.",
                       defaulted)},
      SendOptions::queue_fields);
};

inline constexpr std::array<std::string_view, 10> kUnsupportedTypes{
    "image", "video",     "audio",   "document", "sticker",
    "gif",   "view-once", "buttons", "list",     "template"};

constexpr auto unread_field(std::string_view name, auto member) {
  return field(name, member, "Not looked at.");
}

// So that a caller learns which type it is that is missing, whatever else the request says.
struct MessageSendOther {
  using Response = SendAnswer;
  static constexpr CommandInfo command{
      .method = "message.sendOther",
      .route = post("/api/messages/{type}", 201),
      .scope = Scope::messages_send,
      .summary = "Refuse a kind of message that this version cannot send.",
      .description = "Media and interactive messages are not supported yet.",
      .returns = "Nothing; the answer is always an error that names the type.",
      .errors = {ErrorCode::not_supported}};
  std::string type;
  std::optional<std::string> sessionId;
  std::optional<std::string> to;
  std::optional<Json> url, caption, fileName, mimetype, isVoiceNote, text, title, footer, buttons,
      buttonText, sections, name, languageCode, bodyParams, quotedId, mentions, at, expiresInSec,
      requireConnected, idempotencyKey, wait;
  static constexpr auto fields = std::tuple{
      field("type", &MessageSendOther::type, "The kind of message.", one_of(kUnsupportedTypes)),
      field("sessionId", &MessageSendOther::sessionId, "Name or id of the session.",
            length(1, 256)),
      field("to", &MessageSendOther::to, "The recipient.", length(1, 128)),
      unread_field("url", &MessageSendOther::url),
      unread_field("caption", &MessageSendOther::caption),
      unread_field("fileName", &MessageSendOther::fileName),
      unread_field("mimetype", &MessageSendOther::mimetype),
      unread_field("isVoiceNote", &MessageSendOther::isVoiceNote),
      unread_field("text", &MessageSendOther::text),
      unread_field("title", &MessageSendOther::title),
      unread_field("footer", &MessageSendOther::footer),
      unread_field("buttons", &MessageSendOther::buttons),
      unread_field("buttonText", &MessageSendOther::buttonText),
      unread_field("sections", &MessageSendOther::sections),
      unread_field("name", &MessageSendOther::name),
      unread_field("languageCode", &MessageSendOther::languageCode),
      unread_field("bodyParams", &MessageSendOther::bodyParams),
      unread_field("quotedId", &MessageSendOther::quotedId),
      unread_field("mentions", &MessageSendOther::mentions),
      unread_field("at", &MessageSendOther::at),
      unread_field("expiresInSec", &MessageSendOther::expiresInSec),
      unread_field("requireConnected", &MessageSendOther::requireConnected),
      unread_field("idempotencyKey", &MessageSendOther::idempotencyKey),
      unread_field("wait", &MessageSendOther::wait)};
};

}  // namespace wasphere::ipc
