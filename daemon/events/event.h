// Domain events: what happened to a session and its messages, as values. An event is appended in
// the transaction of the change it tells of, together with the row as it is after that change.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "core/model/message.h"
#include "daemon/events/message_events.h"
#include "daemon/store/records.h"

namespace wasphere::events {

struct SessionCreated {};
struct SessionDeleted {};
struct SessionConfigUpdated {};
// A change of status or detail for which there is no event of its own below.
struct SessionStatus {};

struct SessionQr {
  std::string text;             // what the QR encodes
  std::int64_t expires_at = 0;  // Unix milliseconds, also the expiry of the event itself
};

struct SessionCode {
  std::string code;  // "ABCD-EFGH"
  std::int64_t expires_at = 0;
};

struct SessionConnected {
  bool is_new_link = false;  // the first login after linking
};

struct SessionReconnecting {
  int attempt = 0;
  int max_attempts = 0;
  std::int64_t delay_ms = 0;  // until the attempt
  std::string reason;
};

struct SessionDisconnected {
  std::string reason;  // the statusDetail it rests in
  std::string detail;  // what ended the last connection
  int attempts = 0;    // failed attempts that led to it
};

struct SessionLoggedOut {
  std::string reason;
};

struct SessionBanned {};  // everything about it is in the row's ban record

struct SessionFailed {
  std::string reason;
  int attempts = 0;
};

// A webhook was switched off because its receiver is gone or kept failing. Of no session.
struct WebhookDisabled {
  std::string id;
  std::string name;
  std::string reason;
};

using Event =
    std::variant<SessionCreated, SessionDeleted, SessionConfigUpdated, SessionStatus, SessionQr,
                 SessionCode, SessionConnected, SessionReconnecting, SessionDisconnected,
                 SessionLoggedOut, SessionBanned, SessionFailed, MessageReceived, MessageSent,
                 MessageProgress, MessageEnded, MessageEdited, MessageDeleted, MessageReaction,
                 MessageUndecryptable, PollVoted, GroupUpdated, GroupParticipants, IdentityChanged,
                 WebhookDisabled>;

// Makes the finished public payload, so that the store knows nothing of JSON and every reader sends
// the same bytes. Called on any thread, also in store jobs.
class Encoder {
 public:
  virtual ~Encoder() = default;
  // A row with id, type, session, time, payload and expiry; the sequence number is the store's.
  virtual store::EventRow encode(const Event& event, const store::SessionRow& row,
                                 std::int64_t now_ms) = 0;
  // Public JSON of what a message says, as MessageRow keeps it: its content, and its context
  // (quote, mentions, forwarding).
  virtual std::string content(const model::Parsed& message) = 0;
  virtual std::string content(const PollVoted& vote) = 0;  // of a vote that could be opened
  virtual std::string context(const model::Parsed& message) = 0;
};

}  // namespace wasphere::events
