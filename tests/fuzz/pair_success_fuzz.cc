// pair-success in all its layers. The first byte picks how far the input reaches: a whole stanza,
// the content of <device-identity>, or the same under a right HMAC, which opens the way to what is
// inside.
#include "core/crypto/hash.h"
#include "core/proto/stanza.pb.h"
#include "core/stanza/adv.h"
#include "core/stanza/pairing.h"
#include "core/wire/node_codec.h"

namespace {

using wasphere::Bytes;
using wasphere::BytesView;
namespace stanza = wasphere::stanza;

class CountingRng final : public wasphere::Rng {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) byte = next_++;
  }

 private:
  std::uint8_t next_ = 1;
};

const stanza::Device& device() {
  static const stanza::Device made = [] {
    CountingRng rng;
    return stanza::Device::generate(rng);
  }();
  return made;
}

Bytes under_right_hmac(BytesView details) {
  wasphere::proto::ADVSignedDeviceIdentityHMAC outer;
  outer.set_details(wasphere::to_text(details));
  auto hmac = wasphere::crypto::hmac_sha256(device().adv_secret.view(), details);
  outer.set_hmac(wasphere::to_text(hmac));
  return wasphere::to_bytes(wasphere::as_bytes(outer.SerializeAsString()));
}

void accept(const wasphere::wire::Node& iq) {
  CountingRng rng;
  auto success = stanza::accept_pair_success(iq, device(), rng);
  const auto& reply = success ? success->reply : success.error().reply;
  if (!wasphere::wire::decode_node(wasphere::wire::encode_node(reply))) __builtin_trap();
}

void accept_identity(Bytes container) {
  (void)stanza::read_identity(container);
  (void)stanza::verify_key_index_list(container, device().identity_key.public_key);
  stanza::PairSuccessContent content;
  content.id = "1";
  content.jid = {"447700900123", "s.whatsapp.net", 1};
  content.device_identity_hmac = std::move(container);
  accept(stanza::build_pair_success(content));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  BytesView rest(data + 1, size - 1);
  if (data[0] % 3 == 1) {
    accept_identity(wasphere::to_bytes(rest));
  } else if (data[0] % 3 == 2) {
    accept_identity(under_right_hmac(rest));
  } else if (auto iq = wasphere::wire::decode_node(rest)) {
    accept(*iq);
  }
  return 0;
}
