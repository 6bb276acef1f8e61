// Every reader of a decoded stanza. The first byte picks the reader, the rest is a transport
// payload.
#include <array>

#include "core/stanza/ib.h"
#include "core/stanza/iq.h"
#include "core/stanza/link_code_server.h"
#include "core/stanza/notification.h"
#include "core/stanza/pairing.h"
#include "core/stanza/server.h"
#include "core/wire/node_codec.h"

namespace {

using wasphere::wire::Node;
namespace stanza = wasphere::stanza;

const wasphere::wire::Jid kOwn{"447700900123", "s.whatsapp.net", 1};

void read_as_companion(const Node& node) {
  (void)stanza::parse_success(node);
  (void)stanza::parse_failure(node);
  (void)stanza::parse_stream_error(node);
  (void)stanza::parse_ib(node);
  (void)stanza::check_iq_result(node);
  (void)stanza::parse_pair_device(node);
  (void)stanza::parse_prekey_count(node);
  (void)stanza::parse_low_prekeys(node);
}

void read_as_linking_companion(const Node& node) {
  (void)stanza::classify_link_notification(node);
  (void)stanza::parse_refresh_code(node);
  (void)stanza::parse_primary_hello(node);
  (void)stanza::parse_companion_hello_result(node);
}

void read_as_server(const Node& node) {
  (void)stanza::classify_iq(node);
  (void)stanza::parse_prekey_rotate(node);
  (void)stanza::parse_remove_companion(node);
  (void)stanza::parse_offline_batch(node);
  (void)stanza::parse_companion_hello(node);
  (void)stanza::parse_companion_finish(node);
  (void)stanza::check_pair_device_sign(node, {}, node.content_bytes());
  if (auto bundle = stanza::parse_prekey_upload(node)) (void)stanza::build_digest(*bundle);
}

// Whatever came in, what goes back must be a stanza that decodes.
void answer(const Node& node) {
  std::array answers{stanza::ack_for(node, kOwn), stanza::stateless_answer(node, {}),
                     std::optional<Node>(stanza::iq_result(node)),
                     std::optional<Node>(stanza::build_server_ack(node, 1))};
  for (const auto& out : answers)
    if (out && !wasphere::wire::decode_node(wasphere::wire::encode_node(*out))) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  auto node = wasphere::wire::decode_node({data + 1, size - 1});
  if (!node) return 0;
  constexpr std::array kReaders{read_as_companion, read_as_linking_companion, read_as_server,
                                answer};
  kReaders[data[0] % kReaders.size()](*node);
  return 0;
}
