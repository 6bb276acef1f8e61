// The rows of messaging as values. Times are Unix milliseconds unless named _s; 0 means "never".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/stanza/group.h"
#include "core/stanza/usync.h"
#include "core/util/bytes.h"

namespace wasphere::store {

// Of outgoing messages, in the order they may be passed; the last three end it. Incoming ones are
// `received` or, while they cannot be read, `undecryptable`.
enum class MessageStatus : std::uint8_t {
  queued,
  sending,
  sent,
  delivered,
  read,
  played,
  failed,
  expired,
  cancelled,
  received,
  undecryptable
};
std::string_view message_status_name(MessageStatus status);
std::optional<MessageStatus> message_status_from_name(std::string_view name);
// Outgoing messages only move forward, and end as failed, expired or cancelled only until they are
// sent.
bool may_follow(MessageStatus from, MessageStatus to);

struct MessageRow {
  std::int64_t row = 0;  // assigned by insert(); rises
  std::string session_id;
  std::string id;          // WhatsApp's stanza id
  std::string chat;        // canonical bare JID
  std::string chat_phone;  // the chat's phone number JID, if it is a person and known
  std::string sender;      // canonical bare JID of the author
  std::string sender_phone;
  std::string sender_device;  // device JID as the ratchet knows it
  bool from_me = false;
  bool offline = false;
  std::string push_name;
  std::string type;  // model::type_name
  std::string raw_type;
  std::string text;     // what search finds
  std::string content;  // public JSON of the content
  std::string context;  // public JSON of quote, mentions, forwarding
  std::int64_t ephemeral_s = 0;
  std::string source;  // api, bulk, device; empty for incoming
  MessageStatus status = MessageStatus::received;
  std::string error;  // public reason of a failure
  int error_code = 0;
  int attempts = 0;
  std::int64_t time = 0;  // of WhatsApp; of queueing until it is sent
  std::int64_t queued_at = 0, sent_at = 0, delivered_at = 0, read_at = 0, played_at = 0;
  std::int64_t edited_at = 0, revoked_at = 0;
  Bytes secret;   // message secret, sealed at rest; empty: none
  Bytes payload;  // encoded Message of an incoming one, sealed at rest; empty: not kept
};

struct ReceiptRow {
  std::string reader;
  MessageStatus status = MessageStatus::delivered;
  std::int64_t time = 0;
};

struct TraceRow {
  std::int64_t time = 0;
  std::string step;
  std::string detail;
};

struct MessageQuery {
  std::string session_id;  // empty: all
  std::string chat;        // canonical or phone JID; empty: all
  std::string sender;
  std::string type;
  std::string search;  // full text; empty: everything
  std::optional<bool> from_me;
  std::int64_t since = 0, until = 0;
  std::int64_t before_row = 0;  // keyset: rows older than this; 0: from the newest
  std::size_t limit = 50;
};
struct MessagePage {
  std::vector<MessageRow> rows;
  std::int64_t next = 0;  // before_row of the next page; 0: there is none
};

struct SentMessage {
  std::string id;
  std::string chat;      // as on the wire: `to`
  std::string chat_alt;  // its other address, if known
  Bytes message;         // encoded Message
  std::string type, edit, mediatype, poll_type;
  bool hide_failure = false;
  std::vector<std::string> recipients;  // users that it was sent to, bare
  std::int64_t time = 0;
  std::string detail;  // for the trace of its first attempt; not read back
};

enum class Lane : std::uint8_t { interactive, bulk };

struct OutboxRow {
  std::int64_t row = 0;  // assigned by enqueue(); order within a lane
  std::string session_id;
  std::string id;    // message id, minted before queueing
  std::string to;    // as resolved at queueing: a bare JID
  std::string type;  // text, reaction, …
  Bytes message;     // encoded Message, sealed at rest
  Bytes secret;      // its message secret; empty: none
  Lane lane = Lane::interactive;
  MessageStatus state = MessageStatus::queued;  // queued or sending
  int attempts = 0;
  std::int64_t typing_ms = 0;   // 0: none; drawn when taken
  std::int64_t delay_ms = -1;   // drawn when first taken; -1: not yet
  std::int64_t not_before = 0;  // scheduled, or after a failed attempt
  std::int64_t expires_at = 0;
  std::int64_t queued_at = 0;
  std::string job_id;  // of a bulk; empty: none
  std::string text;    // for typing simulation and listings
};

struct OutboxQuery {
  std::string session_id;  // empty: all
  std::int64_t after_row = 0;
  std::size_t limit = 50;
};
struct OutboxPage {
  std::vector<OutboxRow> rows;
  std::int64_t next = 0;
};
struct OutboxStats {
  std::int64_t pending = 0;
  std::int64_t sending = 0;
  std::int64_t scheduled = 0;
  std::int64_t oldest_queued_at = 0;
};

// What is ahead of a message that is queued now.
struct Backlog {
  std::int64_t sending = 0;
  std::int64_t interactive = 0;
  std::int64_t bulk = 0;

  std::int64_t& lane(Lane which) { return which == Lane::bulk ? bulk : interactive; }
  std::int64_t lane(Lane which) const { return which == Lane::bulk ? bulk : interactive; }
};

struct IdempotencyRow {
  std::string owner;  // key id, or "local:<uid>"
  std::string key;
  std::string body_hash;
  std::string message_id;
  std::string session_id;
  int http_status = 0;  // 0: still in flight
  std::string answer;   // JSON
  std::int64_t created_at = 0;
};

struct DeviceList {
  wire::Jid user;  // canonical, bare
  std::vector<stanza::DeviceEntry> devices;
  std::string hash;
  std::uint32_t raw_id = 0;
  std::int64_t fetched_at = 0;
};

struct PrivacyTokens {
  Bytes received;  // empty: none
  std::int64_t received_s = 0;
  std::int64_t issued_s = 0;
};

struct CachedGroup {
  stanza::GroupInfo info;
  std::int64_t fetched_at = 0;
  bool stale = false;
};

}  // namespace wasphere::store
