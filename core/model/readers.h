// What fills the content of a parsed message from one field; each is false on bytes that are none.
#pragma once

#include "core/model/proto_codec.h"

namespace wasphere::model {

void read_context(Parsed& out, const proto::ContextInfo& context);

// The field's content into out.content; Other for a number that has no reader.
bool read_content(std::uint32_t number, BytesView bytes, Parsed& out);

bool read_image(BytesView bytes, Parsed& out);
bool read_video(BytesView bytes, Parsed& out);
bool read_note(BytesView bytes, Parsed& out);
bool read_audio(BytesView bytes, Parsed& out);
bool read_document(BytesView bytes, Parsed& out);
bool read_sticker(BytesView bytes, Parsed& out);

bool read_conversation(BytesView bytes, Parsed& out);
bool read_extended_text(BytesView bytes, Parsed& out);
bool read_buttons_response(BytesView bytes, Parsed& out);
bool read_list_response(BytesView bytes, Parsed& out);
bool read_template_reply(BytesView bytes, Parsed& out);
bool read_interactive_response(BytesView bytes, Parsed& out);
// Messages with buttons: the text they show.
bool read_buttons(BytesView bytes, Parsed& out);
bool read_list(BytesView bytes, Parsed& out);
bool read_template(BytesView bytes, Parsed& out);
bool read_interactive(BytesView bytes, Parsed& out);

}  // namespace wasphere::model
