// <message> in both directions (protocol 2, sections 4.2, 5.2, 6.1): what the server delivers as a
// value, and the fan-out that a client sends. Nothing here encrypts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/util/result.h"
#include "core/util/rng.h"
#include "core/wire/node.h"

namespace wasphere::stanza {

enum class EncType : std::uint8_t { pkmsg, msg, skmsg, msmsg, unknown };

struct Enc {
  EncType type = EncType::unknown;
  std::uint32_t version = 2;
  Bytes body;
  std::string mediatype;      // empty: none
  bool hide_failure = false;  // decrypt-fail="hide"
  std::uint32_t count = 0;    // the retry that this answers; 0: none
};

struct OwnAddresses {
  wire::Jid jid;  // with our device number
  wire::Jid lid;  // with our device number; empty server: not known
  // True for every device of our account, in either namespace.
  bool is_own(const wire::Jid& other) const;
};

struct IncomingMessage {
  std::string id;
  wire::Jid from;                        // verbatim
  std::optional<wire::Jid> participant;  // verbatim
  std::optional<wire::Jid> recipient;    // verbatim
  wire::Jid chat;                        // bare: the group, the list, or the other person
  std::optional<wire::Jid> chat_alt;     // the other person's other address, if stated
  wire::Jid sender;                      // the authoring device
  std::optional<wire::Jid> sender_alt;   // the same device in the other namespace, if stated
  bool from_me = false;                  // sent by a device of our own account
  bool group = false;                    // chat is a group: not a list, not the status
  std::string type;                      // text, media, poll, reaction…
  std::string push_name;                 // "notify"; UTF-8 or empty
  std::uint64_t time = 0;                // Unix seconds
  bool offline = false;                  // was queued while we were away
  bool peer = false;                     // category="peer"
  std::string edit;
  std::string addressing_mode;
  std::vector<Enc> encs;    // pkmsg and msg before skmsg, otherwise as they came
  Bytes device_identity;    // empty: none
  std::string unavailable;  // type of <unavailable>; empty: there is none
  bool plaintext = false;   // a newsletter's
};
// protocol_error if id, from or t is missing or malformed, or the participant of a group or list.
// Copied text is printable ASCII, push_name UTF-8.
Result<IncomingMessage> parse_message(const wire::Node& node, const OwnAddresses& own);

struct Target {
  wire::Jid device;
  Enc enc;
};

struct OutgoingMessage {
  std::string id;
  wire::Jid to;
  std::string type = "text";
  std::string edit;
  std::optional<wire::Jid> peer_recipient_pn;
  std::optional<wire::Jid> participant;  // of a retry in a group: the one device
  std::optional<wire::Jid> recipient;    // of a retry to an own device: the chat
  std::string addressing_mode;           // groups
  std::string phash;                     // groups
  bool peer = false;                     // category="peer"
  std::string push_priority;             // of requests to our own phone; empty: none
  bool no_fanout = false;                // device_fanout="false", on a direct retry
  std::vector<Target> targets;           // under <participants>; an empty body: only named
  std::optional<Enc> common;             // skmsg of a group, or the only <enc> of a retry
  Bytes device_identity;                 // sent if any enc is a pkmsg
  Bytes reporting_token;                 // empty: none
  Bytes privacy_token;                   // tctoken; empty: none
  Bytes cs_token;                        // empty: none
  wire::Attrs meta;                      // empty: no <meta>
  wire::Nodes extra;                     // <biz>, <bot>: carried as they are
};
wire::Node build_message(const OutgoingMessage& message);

// The server's side: the same value from what a client sent. protocol_error names what is missing
// or unknown: id, to, type, the version or kind of an <enc>, or every <enc>.
Result<OutgoingMessage> parse_outgoing(const wire::Node& node);

// "3EB0" and 18 upper-case hexadecimal digits.
std::string make_message_id(std::uint64_t unix_s, const wire::Jid& own, Rng& rng);

// "2:" and 8 characters over all devices of a fan-out (section 4.5).
std::string participant_hash(const std::vector<wire::Jid>& devices);

// <ack class="message">
struct MessageAck {
  std::string id;
  wire::Jid from;
  std::uint64_t time = 0;
  std::optional<std::uint32_t> error;
  std::string phash;            // empty: none
  std::string addressing_mode;  // empty: none
  bool refresh_lid = false;
};
std::optional<MessageAck> parse_message_ack(const wire::Node& node);
wire::Node build_message_ack(const MessageAck& ack);

// <chatstate>: typing and recording.
enum class ChatState : std::uint8_t { composing, recording, paused };
wire::Node build_chat_state(const wire::Jid& to, ChatState state);

}  // namespace wasphere::stanza
