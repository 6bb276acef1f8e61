// The phone's reader of a QR. What it accepts must come back from what the companion would draw.
#include "core/stanza/pairing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace stanza = wasphere::stanza;
  auto qr = stanza::parse_qr_text(wasphere::as_text({data, size}));
  if (!qr) return 0;
  stanza::Device device;
  device.noise_key.public_key = qr->noise_key;
  device.identity_key.public_key = qr->identity_key;
  device.adv_secret = qr->adv_secret;
  std::string platform = qr->platform_id.empty() ? "1" : qr->platform_id;
  auto again = stanza::parse_qr_text(stanza::qr_text(qr->ref, device, platform));
  if (!again || again->ref != qr->ref || again->platform_id != platform) __builtin_trap();
  return 0;
}
