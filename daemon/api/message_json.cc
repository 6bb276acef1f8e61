#include "daemon/api/message_json.h"

#include "daemon/api/views.h"

namespace wasphere::api {
namespace {

bool is_group(const std::string& jid) {
  return jid.ends_with("@g.us");
}
bool is_lid(const std::string& jid) {
  return jid.ends_with("@lid");
}

std::int64_t seconds(std::int64_t unix_ms) {
  return unix_ms / 1000;
}

ipc::Json json_or(const std::string& text, const char* otherwise) {
  return {text.empty() ? std::string(otherwise) : text};
}

}  // namespace

const std::string& reply_address(const std::string& canonical, const std::string& phone) {
  return phone.empty() ? canonical : phone;
}

ipc::MessageReceivedEvent event_data(const events::MessageReceived& event) {
  const store::MessageRow& row = event.message;
  ipc::MessageReceivedEvent out;
  out.messageId = row.id;
  out.from = row.chat;
  out.fromPn = optional_text(row.chat_phone);
  out.sender = row.sender;
  out.senderJid = reply_address(row.sender, row.sender_phone);
  out.senderPn = optional_text(row.sender_phone);
  if (is_lid(row.sender)) out.senderLid = row.sender;
  out.pushName = optional_text(row.push_name);
  out.isGroup = is_group(row.chat);
  out.fromMe = row.from_me;
  out.timestamp = seconds(row.time);
  out.offline = row.offline;
  out.type = row.type;
  out.rawType = row.raw_type;
  out.content = json_or(row.content, "{}");
  out.context = json_or(row.context, "{}");
  out.ephemeralSec = row.ephemeral_s;
  out.replacesPlaceholder = event.replaces_placeholder;
  return out;
}

ipc::MessageSentEvent event_data(const events::MessageSent& event) {
  const store::MessageRow& row = event.message;
  return {row.id,
          reply_address(row.chat, row.chat_phone),
          row.type,
          json_or(row.content, "{}"),
          seconds(row.sent_at != 0 ? row.sent_at : row.time),
          row.source};
}

ipc::MessageEditedEvent event_data(const events::MessageEdited& event) {
  return {event.target_id,
          event.edit_id,
          event.chat,
          event.sender,
          event.from_me,
          event.text,
          json_or(event.content, "{}"),
          seconds(event.time)};
}

ipc::MessageDeletedEvent event_data(const events::MessageDeleted& event) {
  return {event.target_id, event.chat, event.sender, event.from_me, seconds(event.time)};
}

ipc::MessageReactionEvent event_data(const events::MessageReaction& event) {
  return {event.target_id, event.reaction_id, event.chat,         event.sender,
          event.from_me,   event.emoji,       seconds(event.time)};
}

ipc::MessageUndecryptableEvent event_data(const events::MessageUndecryptable& event) {
  const store::MessageRow& row = event.message;
  return {row.id,
          row.chat,
          row.sender,
          optional_text(row.sender_phone),
          is_group(row.chat),
          row.from_me,
          seconds(row.time),
          row.offline,
          event.reason};
}

ipc::PollVoteEvent event_data(const events::PollVoted& event) {
  return {event.poll_id,      event.poll_name,
          event.selected,     {event.voter, optional_text(event.voter_phone)},
          event.chat,         event.vote_id,
          seconds(event.time)};
}

ipc::GroupUpdateEvent event_data(const events::GroupUpdated& event) {
  const stanza::GroupInfo& group = event.group;
  return {group.jid.to_string(),
          group.subject,
          group.description,
          group.announce,
          group.locked,
          group.ephemeral_s,
          static_cast<std::int64_t>(group.members.size()),
          event.what,
          optional_text(event.author)};
}

ipc::GroupParticipantsEvent event_data(const events::GroupParticipants& event) {
  return {event.group, optional_text(event.author), event.members, event.action};
}

ipc::IdentityChangedEvent event_data(const events::IdentityChanged& event) {
  return {event.user, optional_text(event.phone)};
}

ipc::MessageProgressData progress_data(const events::MessageProgress& event) {
  return {event.message.id, reply_address(event.message.chat, event.message.chat_phone),
          optional_text(event.participant), seconds(event.time)};
}

ipc::MessageEndData end_data(const store::MessageRow& message) {
  ipc::MessageEndData out;
  out.messageId = message.id;
  out.to = reply_address(message.chat, message.chat_phone);
  out.error = optional_text(message.error);
  if (message.error_code != 0) out.code = message.error_code;
  out.attempts = message.attempts;
  return out;
}

}  // namespace wasphere::api
