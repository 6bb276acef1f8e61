#include "sandbox/login.h"

#include "core/crypto/curve.h"
#include "daemon/runtime/log.h"
#include "sandbox/network.h"

namespace wasphere::sandbox {
namespace {

constexpr const char* kLog = "sandbox.login";
constexpr int kBadRequest = 400;
constexpr int kNotAuthorized = 401;
constexpr int kOutdated = 405;

stanza::FailureContent refusal(int reason, std::string_view why) {
  runtime::log_info(kLog, "refused with {}: {}", reason, why);
  stanza::FailureContent content;
  content.reason = reason;
  return content;
}

bool signature_holds(const stanza::ParsedClientPayload::Registration& registration) {
  return crypto::verify(registration.identity, crypto::with_type_byte(registration.signed_pre_key),
                        registration.signed_pre_key_signature);
}

// A payload without a device number comes from a client that asked for a pairing code and lost its
// link.
std::optional<stanza::FailureContent> judge_device(const stanza::ParsedClientPayload& payload,
                                                   const wire::Jid& jid,
                                                   const crypto::PublicKey& client_static,
                                                   const World& world) {
  if (!payload.has_device) return refusal(kNotAuthorized, "no device number");
  const auto* device = world.device(jid);
  if (device == nullptr || jid.device == 0) return refusal(kNotAuthorized, "unknown device");
  if (device->noise_key != client_static) return refusal(kNotAuthorized, "another noise key");
  return std::nullopt;
}

wire::Jid jid_of(const stanza::ParsedClientPayload& payload) {
  return {std::to_string(payload.username), std::string(wire::kUserServer),
          static_cast<std::uint16_t>(payload.device & 0xFFFF)};
}

}  // namespace

LoginVerdict judge_login(BytesView payload, const crypto::PublicKey& client_static,
                         Network& network) {
  LoginVerdict verdict;
  auto parsed = stanza::parse_client_payload(payload);
  if (!parsed) {
    verdict.refused = refusal(kBadRequest, parsed.error().message);
    return verdict;
  }
  if (!parsed->registration) verdict.device = jid_of(*parsed);
  verdict.passive = parsed->passive;
  if (auto injected = network.faults.take_failure(verdict.device)) {
    verdict.refused = injected;
  } else if (parsed->app_version_tertiary < network.limits.oldest_client) {
    verdict.refused = refusal(kOutdated, "client too old");
  } else if (!parsed->registration) {
    verdict.refused = judge_device(*parsed, *verdict.device, client_static, network.world);
  } else if (!signature_holds(*parsed->registration)) {
    verdict.refused = refusal(kNotAuthorized, "the signed pre-key's signature is wrong");
  } else {
    verdict.registration = std::move(parsed->registration);
  }
  return verdict;
}

}  // namespace wasphere::sandbox
