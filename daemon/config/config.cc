#include "daemon/config/config.h"

#include "core/noise/certificate.h"
#include "core/util/encoding.h"

namespace wasphere::config {

namespace {

// Keys must not cross a network in the clear.
wasphere::Status validate_rest(const Rest& rest) {
  if (rest.tls_cert.empty() != rest.tls_key.empty())
    return fail(ErrorCode::config_invalid, "rest.tls_cert and rest.tls_key belong together");
  const bool safe = rest.listen.loopback || !rest.tls_cert.empty() || rest.behind_proxy;
  if (rest.listen.host.empty() || safe) return {};
  return fail(ErrorCode::config_invalid,
              "rest.listen is an address that others can reach: give rest.tls_cert and "
              "rest.tls_key, or rest.behind_proxy = yes if a proxy before it does TLS");
}

}  // namespace

wasphere::Status validate(const Config& config) {
  bool plain = config.network.url.starts_with("ws://");
  if (plain && config.network.noise_root == noise::kWhatsAppRoot)
    return fail(ErrorCode::config_invalid,
                "network.url is plain ws:// while network.noise_root is WhatsApp's: use wss://, or "
                "give the root key of the sandbox");
  return validate_rest(config.rest);
}

std::string network_stamp(const Config& config) {
  if (config.network.noise_root == noise::kWhatsAppRoot) return "whatsapp";
  return "sandbox:" + to_hex(config.network.noise_root);
}

}  // namespace wasphere::config
