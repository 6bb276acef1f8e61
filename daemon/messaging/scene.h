// Scene: who said something where, before what was said. Rows, placeholders and events of one
// incoming message all start from it.
#pragma once

#include "core/model/message.h"
#include "core/stanza/message.h"
#include "daemon/messaging/inbound_job.h"

namespace wasphere::messaging {

struct Scene {
  store::MessageRow base;  // every column but those of the content
  Person sender;
  bool group = false;
  bool by_admin = false;  // the server vouches that an admin deletes it
};

// Learns the pairs of addresses that the stanza states.
Scene make_scene(InboundJob& job, const stanza::IncomingMessage& message);
// The copy of what our own device sent to `destination`. False if that is no chat.
bool move_to_destination(InboundJob& job, Scene& scene, const std::string& destination);
// The row with its content.
store::MessageRow make_row(InboundJob& job, const Scene& scene, const model::Parsed& parsed);
// What search finds of it.
std::string searchable_text(const model::Parsed& parsed);

// The stored message of that id, chat and author; nothing if there is none. One that was stored
// under the author's other address is named by the new one from here on.
std::optional<store::MessageRow> find_same(InboundJob& job, const store::MessageRow& row);
bool is_placeholder(const store::MessageRow& row);

}  // namespace wasphere::messaging
