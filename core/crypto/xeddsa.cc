// XEdDSA (Signal's specification, revision 1) in the variant of Signal's libraries: the private key
// is never negated; instead the sign bit of its Edwards public key travels in the signature's last
// bit.
#include <openssl/bn.h>
#include <sodium.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "core/crypto/curve.h"
#include "core/crypto/edwards.h"
#include "core/crypto/openssl.h"

namespace wasphere::crypto {
namespace {

constexpr std::uint8_t kSignBit = 0x80;

struct BigDelete {
  void operator()(BIGNUM* number) const { BN_free(number); }
  void operator()(BN_CTX* context) const { BN_CTX_free(context); }
};
using Big = std::unique_ptr<BIGNUM, BigDelete>;

Big big_from(BytesView little_endian) {
  Big out(BN_lebin2bn(little_endian.data(), openssl_size(little_endian.size()), nullptr));
  require_openssl(out != nullptr, "big number");
  return out;
}

// 2^255 - 19
const BIGNUM* field_prime() {
  static const Big prime = [] {
    ByteArray<32> bytes;
    bytes.fill(0xFF);
    bytes[0] = 0xED;
    bytes[31] = 0x7F;
    return big_from(bytes);
  }();
  return prime.get();
}

// The Edwards y of a Montgomery u, (u - 1) / (u + 1), without its sign bit. Nothing if u is no
// canonical field element or has no counterpart. Public data: no need for constant time.
std::optional<ByteArray<32>> edwards_y(const PublicKey& u) {
  thread_local const std::unique_ptr<BN_CTX, BigDelete> context(BN_CTX_new());
  const BIGNUM* prime = field_prime();
  Big numerator = big_from(u);
  if (BN_cmp(numerator.get(), prime) >= 0) return std::nullopt;
  Big denominator(BN_dup(numerator.get()));
  require_openssl(context && denominator, "big number");
  bool ok = BN_add_word(denominator.get(), 1) == 1;
  if (BN_cmp(denominator.get(), prime) == 0) return std::nullopt;
  // Adding p - 1 subtracts one without going below zero.
  ok = ok && BN_add(numerator.get(), numerator.get(), prime) == 1;
  ok = ok && BN_sub_word(numerator.get(), 1) == 1;
  ok = ok && BN_mod_inverse(denominator.get(), denominator.get(), prime, context.get()) != nullptr;
  ok = ok &&
       BN_mod_mul(numerator.get(), numerator.get(), denominator.get(), prime, context.get()) == 1;
  ByteArray<32> y;
  ok = ok && BN_bn2lebinpad(numerator.get(), y.data(), 32) == 32;
  require_openssl(ok, "field arithmetic");
  return y;
}

// SHA-512 of the parts, modulo the group's order.
Secret<32> hash_to_scalar(std::initializer_list<BytesView> parts) {
  crypto_hash_sha512_state state;
  crypto_hash_sha512_init(&state);
  for (BytesView part : parts) crypto_hash_sha512_update(&state, part.data(), part.size());
  Secret<64> digest;
  crypto_hash_sha512_final(&state, digest.mutable_array().data());
  wipe({reinterpret_cast<std::uint8_t*>(&state), sizeof state});
  Secret<32> out;
  crypto_core_ed25519_scalar_reduce(out.mutable_array().data(), digest.array().data());
  return out;
}

ByteArray<32> times_base(const Secret<32>& scalar) {
  ByteArray<32> point;
  crypto_scalarmult_ed25519_base_noclamp(point.data(), scalar.array().data());
  return point;
}

// factor * key + summand, modulo the group's order.
Secret<32> multiply_add(const Secret<32>& factor, const PrivateKey& key,
                        const Secret<32>& summand) {
  Secret<64> wide;
  std::copy(key.array().begin(), key.array().end(), wide.mutable_array().begin());
  Secret<32> reduced;
  crypto_core_ed25519_scalar_reduce(reduced.mutable_array().data(), wide.array().data());
  Secret<32> product;
  crypto_core_ed25519_scalar_mul(product.mutable_array().data(), factor.array().data(),
                                 reduced.array().data());
  Secret<32> sum;
  crypto_core_ed25519_scalar_add(sum.mutable_array().data(), product.array().data(),
                                 summand.array().data());
  return sum;
}

}  // namespace

EdwardsKey edwards_key(const PrivateKey& key) {
  PrivateKey clamped = key;
  clamp(clamped);
  return {times_base(clamped)};
}

std::optional<EdwardsKey> edwards_key(const PublicKey& key) {
  auto y = edwards_y(key);
  if (!y) return std::nullopt;
  return EdwardsKey{*y};
}

Signature sign(const PrivateKey& key, BytesView message, Rng& rng) {
  PrivateKey clamped = key;
  clamp(clamped);
  return sign(clamped, edwards_key(clamped), message, rng);
}

Signature sign(const PrivateKey& key, const EdwardsKey& edwards, BytesView message, Rng& rng) {
  ByteArray<32> domain;  // keeps this hash apart from every other use of SHA-512: 2^256 - 2
  domain.fill(0xFF);
  domain[0] = 0xFE;
  Secret<64> random;
  rng.fill(random.mutable_array());
  Secret<32> nonce = hash_to_scalar({domain, key.view(), message, random.view()});
  ByteArray<32> commitment = times_base(nonce);
  Secret<32> challenge = hash_to_scalar({commitment, edwards.bytes, message});
  Secret<32> response = multiply_add(challenge, key, nonce);
  Signature out;
  std::copy(commitment.begin(), commitment.end(), out.begin());
  std::copy(response.array().begin(), response.array().end(), out.begin() + 32);
  out[63] |= edwards.bytes[31] & kSignBit;
  return out;
}

bool verify(const PublicKey& key, BytesView message, BytesView signature) {
  auto edwards = edwards_key(key);
  return edwards && verify(*edwards, message, signature);
}

bool verify(const EdwardsKey& key, BytesView message, BytesView signature) {
  auto ed25519 = to_array<64>(signature);
  if (!ed25519) return false;
  ByteArray<32> point = key.bytes;
  point[31] = static_cast<std::uint8_t>((point[31] & ~kSignBit) | ((*ed25519)[63] & kSignBit));
  (*ed25519)[63] &= static_cast<std::uint8_t>(~kSignBit);
  // libsodium refuses responses beyond the group's order and points of low order.
  return crypto_sign_ed25519_verify_detached(ed25519->data(), message.data(), message.size(),
                                             point.data()) == 0;
}

}  // namespace wasphere::crypto
