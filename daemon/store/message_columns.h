// Reading and writing rows of the messages table.
#pragma once

#include "daemon/store/tables_messaging.h"

// One list, in the order of read_message().
#define WS_MESSAGE_COLUMNS                                                                       \
  "messages.seq, messages.session_id, messages.id, messages.chat, messages.chat_phone, "         \
  "messages.sender, messages.sender_phone, messages.sender_device, messages.from_me, "           \
  "messages.offline, messages.push_name, messages.type, messages.raw_type, messages.text, "      \
  "messages.content, messages.context, messages.ephemeral_s, messages.source, messages.status, " \
  "messages.error, messages.error_code, messages.attempts, messages.time, messages.queued_at, "  \
  "messages.sent_at, messages.delivered_at, messages.read_at, messages.played_at, "              \
  "messages.edited_at, messages.revoked_at, messages.secret, messages.payload"

// The newest message that `which` chooses, by number: a search for the whole row would sort whole
// rows.
#define WS_NEWEST_MESSAGE(which)                                                     \
  "SELECT " WS_MESSAGE_COLUMNS                                                       \
  " FROM messages WHERE messages.seq = (SELECT max(seq) FROM messages " WS_BY_INDEX( \
      "messages_id") "WHERE session_id = ?1 AND id = ?2 " which ")"

namespace wasphere::store {

// With secret and payload still sealed.
MessageRow read_message(const Query& row);
// Opens what is sealed in it.
MessageRow unsealed(Tables& tables, MessageRow row);
MessageStatus read_message_status(const Query& row, int column);

}  // namespace wasphere::store
