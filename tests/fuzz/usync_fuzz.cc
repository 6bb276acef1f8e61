// Answers to device and contact queries, notifications about people, and signed lists. The first
// byte picks whether the rest is a stanza or the content of a signed list or identity.
#include "core/stanza/usync.h"
#include "tests/fuzz/node_input.h"

namespace {

using wasphere::fuzz::require;
namespace stanza = wasphere::stanza;

void read_stanza(const wasphere::wire::Node& node) {
  (void)stanza::parse_devices_changed(node);
  (void)stanza::parse_identity_changed(node);
  (void)stanza::parse_privacy_token(node);
  auto users = stanza::parse_usync(node);
  if (!users) return;
  for (const stanza::UserDevices& user : *users) {
    require(!user.user.user.empty() && user.user.device == 0);
    require(user.devices.empty() || user.devices.front().device == 0);
  }
}

void read_signed(wasphere::BytesView bytes) {
  (void)stanza::read_key_index_list(bytes);
  (void)stanza::plausible_device_identity(bytes, {}, wasphere::crypto::PublicKey{});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  if (data[0] % 4 == 1) {
    read_signed({data + 1, size - 1});
  } else if (auto node = wasphere::wire::decode_node({data + 1, size - 1})) {
    read_stanza(*node);
  }
  return 0;
}
