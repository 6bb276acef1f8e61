#include "core/stanza/pairing_code.h"

#include "core/stanza/fields.h"
#include "core/stanza/iq.h"
#include "core/stanza/key_bundle.h"

namespace wasphere::stanza {
namespace {

constexpr std::string_view kRegistration = "link_code_companion_reg";
constexpr std::string_view kRef = "link_code_pairing_ref";
constexpr std::size_t kWrappedEphemeral = 80;

wire::Node registration(std::string_view stage, const wire::Jid& phone, wire::Nodes children) {
  return {std::string(kRegistration),
          {{"jid", phone.without_device()}, {"stage", std::string(stage)}},
          std::move(children)};
}

std::string ref_in(const wire::Node& registration) {
  auto ref = child_bytes(registration, kRef);
  return ref ? to_text(*ref) : std::string{};
}

struct SharedSecrets {
  Secret<32> ephemeral;
  Secret<32> identity;
};

Result<SharedSecrets> agree_both(const crypto::PrivateKey& own_ephemeral,
                                 const crypto::PublicKey& their_ephemeral,
                                 const crypto::PrivateKey& own_identity,
                                 const crypto::PublicKey& their_identity) {
  SharedSecrets out;
  WS_TRY(out.ephemeral, crypto::agree(own_ephemeral, their_ephemeral));
  WS_TRY(out.identity, crypto::agree(own_identity, their_identity));
  return out;
}

}  // namespace

wire::Node companion_hello(std::string_view id, const wire::Jid& phone, const Device& device,
                           const ClientProfile& profile, BytesView wrapped_ephemeral) {
  constexpr ByteArray<1> kNonce{0};
  wire::Node hello =
      registration("companion_hello", phone,
                   {leaf("link_code_pairing_wrapped_companion_ephemeral_pub", wrapped_ephemeral),
                    leaf("companion_server_auth_key_pub", device.noise_key.public_key),
                    leaf("companion_platform_id", profile.platform_id),
                    leaf("companion_platform_display", profile.platform_display),
                    leaf("link_code_pairing_nonce", kNonce)});
  hello.set("should_show_push_notification", "true");
  return iq(id, "md", "set", {std::move(hello)});
}

Result<std::string> parse_companion_hello_result(const wire::Node& answer) {
  WS_CHECK(check_iq_result(answer));
  const wire::Node* node = answer.child(kRegistration);
  std::string ref = node == nullptr ? std::string{} : ref_in(*node);
  if (ref.empty()) return malformed("companion_hello was answered without a ref");
  return ref;
}

Result<PrimaryHello> parse_primary_hello(const wire::Node& notification) {
  const wire::Node* node = is_tag(notification, "notification", kRegistration)
                               ? notification.child(kRegistration)
                               : nullptr;
  if (node == nullptr || node->attr("stage") != "primary_hello")
    return malformed("no primary_hello notification");
  PrimaryHello hello;
  hello.wrapped_primary_ephemeral =
      child_bytes(*node, "link_code_pairing_wrapped_primary_ephemeral_pub").value_or(Bytes{});
  auto identity = child_array<32>(*node, "primary_identity_pub");
  hello.ref = ref_in(*node);
  if (hello.wrapped_primary_ephemeral.size() != kWrappedEphemeral)
    return malformed("primary_hello without an ephemeral key of 80 bytes");
  if (!identity) return malformed("primary_hello without an identity key of 32 bytes");
  if (hello.ref.empty()) return malformed("primary_hello without a ref");
  hello.primary_identity = *identity;
  return hello;
}

Result<CompanionFinish> companion_finish(std::string_view id, const wire::Jid& phone,
                                         const Device& device, std::string_view code,
                                         const crypto::KeyPair& ephemeral,
                                         const PrimaryHello& hello, Rng& rng) {
  WS_TRY(auto primary, unwrap_ephemeral(code, hello.wrapped_primary_ephemeral));
  const crypto::KeyPair& identity = device.identity_key;
  WS_TRY(auto shared,
         agree_both(ephemeral.private_key, primary, identity.private_key, hello.primary_identity));
  KeyBundle bundle{identity.public_key, hello.primary_identity, Secret<32>(rng.array<32>())};
  Bytes wrapped = wrap_key_bundle(bundle, shared.ephemeral, rng);
  wire::Node finish = registration(
      "companion_finish", phone,
      {leaf("link_code_pairing_wrapped_key_bundle", wrapped),
       leaf("companion_identity_public", identity.public_key), leaf(std::string(kRef), hello.ref)});
  return CompanionFinish{iq(id, "md", "set", {std::move(finish)}),
                         derive_adv_secret(shared.ephemeral, shared.identity, bundle.random)};
}

Result<OpenedBundle> open_key_bundle(BytesView wrapped_bundle,
                                     const crypto::KeyPair& primary_ephemeral,
                                     const crypto::PublicKey& companion_ephemeral,
                                     const crypto::KeyPair& primary_identity) {
  WS_TRY(auto ephemeral_shared, crypto::agree(primary_ephemeral.private_key, companion_ephemeral));
  WS_TRY(auto bundle, unwrap_key_bundle(wrapped_bundle, ephemeral_shared));
  if (bundle.primary_identity != primary_identity.public_key)
    return fail(ErrorCode::crypto_error, "the key bundle was made for another phone");
  WS_TRY(auto identity_shared,
         crypto::agree(primary_identity.private_key, bundle.companion_identity));
  return OpenedBundle{bundle.companion_identity,
                      derive_adv_secret(ephemeral_shared, identity_shared, bundle.random)};
}

}  // namespace wasphere::stanza
