// What virtual devices put into messages and read from them: texts, copies for own devices, sender
// keys. Written apart from core/model on purpose, so that a mistake there is seen here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/util/bytes.h"

namespace wasphere::sandbox {

struct HandsetContent {
  std::string kind;         // text, reaction, edit, revoke, protocol, media, other; empty: nothing
  std::string text;         // also of edits; the emoji of a reaction
  std::string target;       // id of the message that a reaction, edit or revoke is about
  std::string destination;  // the chat, if an own device sent it
  std::string sender_key_group;
  Bytes sender_key;
};

Bytes text_content(std::string_view text);
Bytes own_copy_content(BytesView message, std::string_view destination);
// A sender key, beside a message that may be empty.
Bytes sender_key_content(BytesView message, std::string_view group, BytesView distribution);
// Nothing if it is no message.
std::optional<HandsetContent> read_content(BytesView bytes);

}  // namespace wasphere::sandbox
