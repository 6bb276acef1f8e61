// What virtual devices put into messages and read from them: texts, copies for own devices, sender
// keys. Written apart from core/model on purpose, so that a mistake there is seen here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/util/bytes.h"

namespace wasphere::sandbox {

struct HandsetContent {
  std::string kind;         // text, reaction, edit, revoke, protocol, media, other; empty: nothing
  std::string text;         // also of edits; the emoji of a reaction
  std::string target;       // id of the message that a reaction, edit or revoke is about
  std::string destination;  // the chat, if an own device sent it
  std::string sender_key_group;
  Bytes sender_key;
  std::vector<std::string> wanted;  // ids that a companion asks its phone for
  Bytes message;                    // what was said, without the wrapper of own devices
};

Bytes text_content(std::string_view text);
Bytes own_copy_content(BytesView message, std::string_view destination);
// A sender key, beside a message that may be empty.
Bytes sender_key_content(BytesView message, std::string_view group, BytesView distribution);
// The phone's answer to a companion: a message as the phone keeps it.
struct KeptMessage {
  std::string chat;
  std::string id;
  std::string author;  // in groups
  bool own = false;
  std::uint64_t time = 0;  // Unix seconds
  Bytes message;
};
Bytes phone_answer_content(std::string_view request, const std::vector<KeptMessage>& found);
// Nothing if it is no message.
std::optional<HandsetContent> read_content(BytesView bytes);

}  // namespace wasphere::sandbox
