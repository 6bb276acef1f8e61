#include "daemon/config/config.h"

#include "core/noise/certificate.h"
#include "core/util/encoding.h"

namespace wasphere::config {

wasphere::Status validate(const Config& config) {
  bool plain = config.network.url.starts_with("ws://");
  if (plain && config.network.noise_root == noise::kWhatsAppRoot)
    return fail(ErrorCode::config_invalid,
                "network.url is plain ws:// while network.noise_root is WhatsApp's: use wss://, or "
                "give the root key of the sandbox");
  return {};
}

std::string network_stamp(const Config& config) {
  if (config.network.noise_root == noise::kWhatsAppRoot) return "whatsapp";
  return "sandbox:" + to_hex(config.network.noise_root);
}

}  // namespace wasphere::config
