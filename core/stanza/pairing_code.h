// Linking with an eight-character code (protocol 1, section 6). PBKDF2 costs about 100 ms: run on a
// pool.
#pragma once

#include <string>

#include "core/stanza/device.h"
#include "core/stanza/stream.h"
#include "core/wire/node.h"

namespace wasphere::stanza {

std::string make_pairing_code(Rng& rng);                  // eight characters, without the dash
std::string display_pairing_code(std::string_view code);  // XXXX-XXXX

// What a person typed (dashes, spaces, lower case) as the eight characters; nothing if it is no
// code.
std::optional<std::string> normalize_pairing_code(std::string_view text);

struct WrappedEphemeral {
  crypto::KeyPair ephemeral;
  Bytes wrapped;  // salt(32) ‖ iv(16) ‖ AES-CTR(public key)
};
WrappedEphemeral wrap_ephemeral(std::string_view code, Rng& rng);
Result<crypto::PublicKey> unwrap_ephemeral(std::string_view code, BytesView wrapped);

wire::Node companion_hello(std::string_view id, const wire::Jid& phone, const Device& device,
                           const ClientProfile& profile, BytesView wrapped_ephemeral);
Result<std::string> parse_companion_hello_result(const wire::Node& answer);  // the pairing ref

struct PrimaryHello {
  Bytes wrapped_primary_ephemeral;
  crypto::PublicKey primary_identity{};
  std::string ref;
};
Result<PrimaryHello> parse_primary_hello(const wire::Node& notification);

struct CompanionFinish {
  wire::Node request;
  Secret<32> adv_secret;  // persist before sending `request`
};
Result<CompanionFinish> companion_finish(std::string_view id, const wire::Jid& phone,
                                         const Device& device, std::string_view code,
                                         const crypto::KeyPair& ephemeral,
                                         const PrimaryHello& hello, Rng& rng);

// The phone's part: opens the wrapped key bundle and derives the same adv secret.
struct OpenedBundle {
  crypto::PublicKey companion_identity{};
  Secret<32> adv_secret;
};
Result<OpenedBundle> open_key_bundle(BytesView wrapped_bundle,
                                     const crypto::KeyPair& primary_ephemeral,
                                     const crypto::PublicKey& companion_ephemeral,
                                     const crypto::KeyPair& primary_identity);

}  // namespace wasphere::stanza
