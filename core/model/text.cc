// Texts, and the answers to buttons and lists, which are texts with a selection.
#include <initializer_list>

#include "core/model/readers.h"

namespace wasphere::model {
namespace {

bool selected(Parsed& out, SelectionKind kind, const std::string& text, const std::string& id) {
  Text content;
  content.text = text_of(text);
  content.selection = kind;
  content.selection_id = text_of(id);
  out.content = std::move(content);
  return true;
}

// The text at the end of a path of field numbers; empty if there is none.
std::string text_at(BytesView bytes, std::initializer_list<std::uint32_t> path) {
  for (std::uint32_t number : path) {
    auto next = embedded_field(bytes, number);
    if (!next) return {};
    bytes = *next;
  }
  return text_of(to_text(bytes));
}

bool well_formed(BytesView bytes) {
  ProtoFields fields(bytes);
  while (fields.next()) {
  }
  return !fields.failed();
}

using Path = std::initializer_list<std::uint32_t>;
// The first of several places that holds a text.
bool shown(BytesView bytes, Parsed& out, std::initializer_list<Path> places) {
  Text content;
  for (const Path& place : places)
    if (content.text.empty()) content.text = text_at(bytes, place);
  out.content = std::move(content);
  return well_formed(bytes);
}

}  // namespace

bool read_conversation(BytesView bytes, Parsed& out) {
  Text content;
  content.text = text_of(to_text(bytes));
  out.content = std::move(content);
  return true;
}

bool read_extended_text(BytesView bytes, Parsed& out) {
  auto in = decode<proto::ExtendedTextMessage>(bytes);
  if (!in) return false;
  Text content;
  content.text = text_of(in->text());
  content.matched_url = text_of(in->matched_text());
  out.view_once |= in->view_once();
  read_context(out, in->context_info());
  out.content = std::move(content);
  return true;
}

bool read_buttons_response(BytesView bytes, Parsed& out) {
  auto in = decode<proto::ButtonsResponseMessage>(bytes);
  if (!in) return false;
  read_context(out, in->context_info());
  return selected(out, SelectionKind::button_reply, in->selected_display_text(),
                  in->selected_button_id());
}

bool read_list_response(BytesView bytes, Parsed& out) {
  auto in = decode<proto::ListResponseMessage>(bytes);
  if (!in) return false;
  read_context(out, in->context_info());
  selected(out, SelectionKind::list_reply, in->title(),
           in->single_select_reply().selected_row_id());
  std::get<Text>(out.content).selection_description = text_of(in->description());
  return true;
}

bool read_template_reply(BytesView bytes, Parsed& out) {
  auto in = decode<proto::TemplateButtonReplyMessage>(bytes);
  if (!in) return false;
  read_context(out, in->context_info());
  return selected(out, SelectionKind::quick_reply, in->selected_display_text(), in->selected_id());
}

bool read_interactive_response(BytesView bytes, Parsed& out) {
  auto in = decode<proto::InteractiveResponseMessage>(bytes);
  if (!in) return false;
  read_context(out, in->context_info());
  selected(out, SelectionKind::quick_reply, in->body().text(), in->native_flow().name());
  std::get<Text>(out.content).selection_description = text_of(in->native_flow().params_json());
  return true;
}

bool read_buttons(BytesView bytes, Parsed& out) {
  return shown(bytes, out, {{6}, {1}, {7}});
}

bool read_list(BytesView bytes, Parsed& out) {
  return shown(bytes, out, {{2}, {1}, {7}});
}

bool read_template(BytesView bytes, Parsed& out) {
  return shown(bytes, out, {{4, 6}, {2, 6}, {4, 2}, {2, 2}});
}

bool read_interactive(BytesView bytes, Parsed& out) {
  return shown(bytes, out, {{2, 1}, {1, 1}, {3, 1}});
}

}  // namespace wasphere::model
