// What our own devices say to each other inside protocol messages. The first byte picks the reader.
#include "core/model/peer.h"
#include "tests/fuzz/node_input.h"

namespace {

using wasphere::Bytes;
using wasphere::BytesView;
using wasphere::fuzz::require;
namespace model = wasphere::model;

// As it comes: inside a message that is read first.
void read(BytesView bytes) {
  const auto parsed = model::parse_message(bytes);
  if (!parsed) return;
  const auto* protocol = std::get_if<model::Protocol>(&parsed->content);
  if (protocol == nullptr) return;
  (void)model::parse_lid_mappings(*protocol);
  (void)model::parse_recovered(*protocol);
}

void read_mappings(BytesView bytes) {
  const auto pairs = model::parse_lid_mappings({model::kLidMappings, wasphere::to_bytes(bytes)});
  if (!pairs) return;
  for (const model::LidPair& pair : *pairs) {
    require(!pair.phone.user.empty() && pair.phone.user != "0");
    require(!pair.lid.user.empty() && pair.lid.user != "0");
  }
}

void read_recovered(BytesView bytes) {
  const auto found = model::parse_recovered({model::kPeerAnswer, wasphere::to_bytes(bytes)});
  if (!found) return;
  for (const model::RecoveredMessage& one : *found) (void)model::parse_message(one.message);
}

void ask(BytesView bytes) {
  const std::string text = wasphere::to_text(bytes);
  const model::MessageKey key{text, !text.empty(), text, text};
  const auto parsed = model::parse_message(model::placeholder_request({key, key}));
  require(parsed.has_value());
  const auto* protocol = std::get_if<model::Protocol>(&parsed->content);
  require(protocol != nullptr && protocol->type == model::kPeerRequest);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const BytesView rest(data + 1, size - 1);
  if (data[0] % 4 == 0) read(rest);
  if (data[0] % 4 == 1) read_mappings(rest);
  if (data[0] % 4 == 2) read_recovered(rest);
  if (data[0] % 4 == 3) ask(rest);
  return 0;
}
