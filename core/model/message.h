// What is inside a WhatsApp message, as values: the content a person sees, and the few things the
// protocol says to us inside messages (protocol 2, section 7). Parsing is total; the bytes of a
// message are kept beside it, because encoding a parsed message again would lose what is not
// modelled here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/util/bytes.h"
#include "core/util/result.h"
#include "core/wire/jid.h"

namespace wasphere::model {

using MessageSecret = ByteArray<32>;  // parent key of votes, edits and reporting tokens

// Names another message from the point of view of whoever wrote this key.
struct MessageKey {
  std::string chat;  // remoteJID as text; may be in either namespace
  bool from_me = false;
  std::string id;
  std::string participant;  // author, in groups; empty otherwise
};

struct Context {
  std::string quoted_id;  // empty: no quote
  std::string quoted_participant;
  Bytes quoted_message;  // encoded Message
  std::vector<std::string> mentions;
  bool forwarded = false;
  std::uint32_t forwarding_score = 0;
  std::uint32_t expiration_s = 0;  // of a chat with disappearing messages
};

enum class SelectionKind : std::uint8_t { none, button_reply, list_reply, quick_reply };

struct Text {
  std::string text;
  std::string matched_url;  // of a link preview
  SelectionKind selection = SelectionKind::none;
  std::string selection_id;
  std::string selection_description;
};

enum class MediaKind : std::uint8_t { image, video, gif, note, audio, voice, document, sticker };

struct Media {
  MediaKind kind = MediaKind::image;
  std::string mimetype;
  std::string caption;
  std::string file_name;
  std::uint32_t seconds = 0;
  std::uint32_t pages = 0;
  bool animated = false;
  std::uint64_t size = 0;
  Bytes sha256;
};

struct Location {
  double latitude = 0;
  double longitude = 0;
  std::string name;
  std::string address;
  bool live = false;
};

struct ContactCard {
  std::string display_name;
  std::string vcard;
};
struct Contacts {
  std::vector<ContactCard> cards;  // one, or several of a contacts array
};

struct Poll {
  std::string name;
  std::vector<std::string> options;
  std::uint32_t selectable = 1;  // 0: any number
};

struct PollVote {
  MessageKey poll;
  Bytes payload, iv;  // AES-GCM; see addon.h
  std::int64_t sender_time_ms = 0;
};

struct Reaction {
  MessageKey target;
  std::string emoji;  // empty: removed
};

// Content that is encrypted once more under the secret of its parent message (secretEncrypted,
// encReaction, encComment, encEventResponse).
struct SecretContent {
  MessageKey target;
  Bytes payload, iv;
  std::string use_case;  // "Message Edit", …
};

struct Edit {
  MessageKey target;
  Bytes message;  // encoded Message with the new content
};

struct Revoke {
  MessageKey target;
};

// Other protocol messages: ephemeral setting, history sync, key shares, PDO responses, LID
// mappings… `type` is ProtocolMessage.type.
struct Protocol {
  int type = -1;
  Bytes body;  // encoded ProtocolMessage
};

// Something a person may see that is not modelled. `Parsed::raw_type` names it.
struct Other {};

// Nothing for a person: only a sender key, only context.
struct Nothing {};

using Content = std::variant<Nothing, Text, Media, Location, Contacts, Poll, PollVote, Reaction,
                             SecretContent, Edit, Revoke, Protocol, Other>;

// The copy of a message that one of our own devices sent.
struct DeviceSent {
  std::string destination;  // chat JID as text
};

struct SenderKeyShare {
  std::string group;
  Bytes distribution;  // core/signal/wire_format.h
};

struct Parsed {
  Content content;
  std::string raw_type;  // "conversation", "extendedTextMessage", …: the field's name
  Context context;
  std::optional<MessageSecret> secret;
  std::optional<DeviceSent> device_sent;
  std::optional<SenderKeyShare> sender_key;
  bool view_once = false;
  bool ephemeral = false;
  // Encoded Message without the device-sent wrapper, but with the secret: what is kept.
  Bytes inner;
};

// `bytes` is the unpadded plaintext of an <enc>. protocol_error if it is no Message or is wrapped
// more than ten deep. All texts of the result are UTF-8: those that were not are empty.
Result<Parsed> parse_message(BytesView bytes);

// The public name of the content: text, image, video, gif, audio, document, sticker, location,
// contact, poll, poll_vote, reaction, edit, revoke, protocol, unsupported, and "" for Nothing.
std::string_view type_name(const Parsed& parsed);

// --- building. Every message carries a fresh secret, but reactions, votes, edits and revokes.

struct Outgoing {
  std::variant<Text, Location, Contacts, Poll, Reaction, Edit, Revoke, PollVote> content;
  Context context;
  std::optional<MessageSecret> secret;
  std::int64_t time_ms = 0;  // of reactions and edits
};
// The encoded Message. Context has a place in texts, locations, contacts and polls only.
Bytes build_message(const Outgoing& message);

// Message{deviceSentMessage} for our own other devices: context info moves to the outer message.
Bytes wrap_device_sent(BytesView message, const wire::Jid& destination);
// Message{senderKeyDistributionMessage}.
Bytes sender_key_message(const wire::Jid& group, BytesView distribution);
// The message with a sender key beside its content: how a group message is sent again to one.
Bytes with_sender_key(BytesView message, const wire::Jid& group, BytesView distribution);

// Attributes of the stanza that carries it (protocol 2, section 4.3).
struct StanzaTraits {
  std::string type = "text";  // text, media, poll, reaction, event
  std::string mediatype;      // of <enc>; empty: none
  std::string edit;           // attribute of <message>; empty: none
  bool hide_failure = false;  // decrypt-fail=hide on every <enc>
  std::string poll_type;      // of <meta>; empty: none
  std::string event_type;     // of <meta>; empty: none
};
// Defaults for what is no Message.
StanzaTraits stanza_traits(BytesView message);

}  // namespace wasphere::model
