// Domain events of messages, groups and people. Appended in the transaction of what they tell of,
// so that a reader of the log sees every message exactly once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/stanza/group.h"
#include "daemon/store/message_records.h"

namespace wasphere::events {

// Somebody wrote to us, or one of our own other devices wrote (from_me). The row is as stored. For
// a placeholder whose copy arrived later, `replaces_placeholder`.
struct MessageReceived {
  store::MessageRow message;
  bool replaces_placeholder = false;
};
// The server has taken it, or another of our devices sent it (source "device").
struct MessageSent {
  store::MessageRow message;
};
// delivered, read or played, by a reader; `participant` is set in groups.
struct MessageProgress {
  store::MessageRow message;
  store::MessageStatus status = store::MessageStatus::delivered;
  std::string participant;
  std::int64_t time = 0;
};
// failed, expired or cancelled: message.status says which.
struct MessageEnded {
  store::MessageRow message;
};
struct MessageEdited {
  std::string chat, sender, target_id, edit_id;
  std::string text, content;  // as now
  bool from_me = false;
  std::int64_t time = 0;
};
struct MessageDeleted {
  std::string chat, sender, target_id;
  bool from_me = false;
  std::int64_t time = 0;
};
struct MessageReaction {
  std::string chat, sender, target_id, reaction_id, emoji;  // empty emoji: removed
  bool from_me = false;
  std::int64_t time = 0;
};
struct PollVoted {
  std::string chat, voter, voter_phone, poll_id, poll_name, vote_id;
  std::vector<std::string> selected;
  std::int64_t time = 0;
};
// A message came that cannot be read yet; its copy has been asked for.
struct MessageUndecryptable {
  store::MessageRow message;
  std::string reason;
};
struct GroupUpdated {
  stanza::GroupInfo group;
  std::string what, author;
};
struct GroupParticipants {
  std::string group, author, action;
  std::vector<std::string> members;
};
// The other person has a new phone or installed WhatsApp anew.
struct IdentityChanged {
  std::string user, phone;
};

}  // namespace wasphere::events
