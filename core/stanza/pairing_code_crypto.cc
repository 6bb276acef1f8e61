// The code itself and what it encrypts (protocol 1, section 6.2).
#include "core/crypto/cipher.h"
#include "core/crypto/hash.h"
#include "core/stanza/key_bundle.h"
#include "core/stanza/pairing_code.h"
#include "core/util/encoding.h"

namespace wasphere::stanza {
namespace {

constexpr std::string_view kAlphabet = "123456789ABCDEFGHJKLMNPQRSTVWXYZ";
constexpr std::size_t kCodeLength = 8;
constexpr std::size_t kCodeEntropy = 5;
constexpr unsigned kIterations = 1U << 17;
constexpr std::size_t kSalt = 32;
constexpr std::size_t kCtrIv = 16;
constexpr std::size_t kGcmIv = 12;
constexpr std::size_t kWrappedEphemeral = kSalt + kCtrIv + 32;
constexpr std::size_t kBundleText = 3 * 32;
constexpr std::size_t kWrappedBundle = kSalt + kGcmIv + kBundleText + 16;
constexpr std::string_view kBundleInfo = "link_code_pairing_key_bundle_encryption_key";
constexpr std::string_view kAdvInfo = "adv_secret";

Bytes under_code(std::string_view code, BytesView salt, BytesView iv, BytesView data) {
  Secret<32> key(crypto::pbkdf2_sha256(as_bytes(code), salt, kIterations));
  return crypto::aes_ctr(key.view(), iv, data);
}

Secret<32> hkdf(BytesView material, BytesView salt, std::string_view info) {
  Bytes out = crypto::hkdf_sha256(material, salt, as_bytes(info), 32);
  Secret<32> key = *Secret<32>::from(out);
  wipe(out);
  return key;
}

}  // namespace

std::string make_pairing_code(Rng& rng) {
  return to_crockford(rng.array<kCodeEntropy>());
}

std::string display_pairing_code(std::string_view code) {
  return std::string(code.substr(0, 4)) + "-" +
         std::string(code.substr(code.size() < 4 ? code.size() : 4));
}

std::optional<std::string> normalize_pairing_code(std::string_view text) {
  std::string code;
  for (char c : text) {
    if (c == '-' || c == ' ') continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (kAlphabet.find(c) == std::string_view::npos || code.size() == kCodeLength)
      return std::nullopt;
    code += c;
  }
  if (code.size() != kCodeLength) return std::nullopt;
  return code;
}

WrappedEphemeral wrap_ephemeral(std::string_view code, Rng& rng) {
  WrappedEphemeral out;
  out.ephemeral = crypto::KeyPair::generate(rng);
  auto salt = rng.array<kSalt>();
  auto iv = rng.array<kCtrIv>();
  out.wrapped = concat({salt, iv, under_code(code, salt, iv, out.ephemeral.public_key)});
  return out;
}

// There is no integrity here: another code yields another key, and fails only at the bundle.
Result<crypto::PublicKey> unwrap_ephemeral(std::string_view code, BytesView wrapped) {
  if (wrapped.size() != kWrappedEphemeral)
    return fail(ErrorCode::protocol_error, "the wrapped ephemeral key is not 80 bytes long");
  BytesView salt = wrapped.first(kSalt);
  BytesView iv = wrapped.subspan(kSalt, kCtrIv);
  return *to_array<32>(under_code(code, salt, iv, wrapped.subspan(kSalt + kCtrIv)));
}

Bytes wrap_key_bundle(const KeyBundle& bundle, const Secret<32>& ephemeral_shared, Rng& rng) {
  auto salt = rng.array<kSalt>();
  auto iv = rng.array<kGcmIv>();
  Bytes text = concat({bundle.companion_identity, bundle.primary_identity, bundle.random.view()});
  Secret<32> key = hkdf(ephemeral_shared.view(), salt, kBundleInfo);
  Bytes out = concat({salt, iv, crypto::aes_gcm_encrypt(key.view(), iv, text, {})});
  wipe(text);
  return out;
}

Result<KeyBundle> unwrap_key_bundle(BytesView wrapped, const Secret<32>& ephemeral_shared) {
  if (wrapped.size() != kWrappedBundle)
    return fail(ErrorCode::protocol_error, "the key bundle is not 156 bytes long");
  BytesView salt = wrapped.first(kSalt);
  BytesView iv = wrapped.subspan(kSalt, kGcmIv);
  Secret<32> key = hkdf(ephemeral_shared.view(), salt, kBundleInfo);
  auto text = crypto::aes_gcm_decrypt(key.view(), iv, wrapped.subspan(kSalt + kGcmIv), {});
  if (!text)
    return fail(ErrorCode::crypto_error, "the key bundle does not open: the code was another one");
  BytesView view = *text;
  KeyBundle bundle{*to_array<32>(view.first(32)), *to_array<32>(view.subspan(32, 32)),
                   *Secret<32>::from(view.subspan(64, 32))};
  wipe(*text);
  return bundle;
}

Secret<32> derive_adv_secret(const Secret<32>& ephemeral_shared, const Secret<32>& identity_shared,
                             const Secret<32>& random) {
  Bytes material = concat({ephemeral_shared.view(), identity_shared.view(), random.view()});
  Secret<32> out = hkdf(material, {}, kAdvInfo);
  wipe(material);
  return out;
}

}  // namespace wasphere::stanza
