// What is inside a message. Its texts must be fit for JSON, and what we make of it must be
// readable.
#include "core/model/message.h"
#include "core/model/proto_fields.h"
#include "core/util/encoding.h"
#include "tests/fuzz/node_input.h"

namespace {

using wasphere::BytesView;
using wasphere::fuzz::require;
namespace model = wasphere::model;

const wasphere::wire::Jid kChat{"200000087654321", "lid"};

void check_text(const model::Parsed& parsed) {
  if (const auto* text = std::get_if<model::Text>(&parsed.content)) {
    require(wasphere::is_valid_utf8(text->text));
    require(wasphere::is_valid_utf8(text->selection_id));
  }
  for (const std::string& jid : parsed.context.mentions) require(wasphere::is_valid_utf8(jid));
}

// A message that was read is one still as a copy for our own devices, unless that is too deep.
void check_copy(BytesView message, const model::Parsed& parsed) {
  auto copy = model::parse_message(model::wrap_device_sent(message, kChat));
  if (!copy) return;
  require(copy->device_sent.has_value());
  if (!parsed.device_sent) require(copy->raw_type == parsed.raw_type);
}

void check_beside_key(BytesView message, const model::Parsed& parsed) {
  auto beside = model::parse_message(model::with_sender_key(message, kChat, {}));
  require(beside && beside->raw_type == parsed.raw_type);
  constexpr std::uint32_t kSenderKey = 2;
  if (!model::embedded_field(message, kSenderKey)) require(beside->sender_key.has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  BytesView message(data, size);
  (void)model::stanza_traits(message);
  auto parsed = model::parse_message(message);
  if (!parsed) return 0;
  (void)model::type_name(*parsed);
  check_text(*parsed);
  check_copy(message, *parsed);
  check_beside_key(message, *parsed);
  return 0;
}
