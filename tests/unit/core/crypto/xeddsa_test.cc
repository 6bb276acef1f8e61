#include <catch2/catch.hpp>

#include "core/crypto/curve.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/vectors.h"

using namespace wasphere;
using namespace wasphere::crypto;
using test::hex;
using test::hex_array;

namespace {

const nlohmann::json& known() {
  return test::vectors()["xeddsa"];
}
PublicKey known_public() {
  return hex_array<32>(known()["public"]);
}

}  // namespace

TEST_CASE("XEdDSA: signatures of other implementations are accepted") {
  Bytes message = hex(known()["message"]);
  CHECK(verify(known_public(), message, hex(known()["signature_zapo_random"])));
  CHECK(verify(known_public(), message, hex(known()["signature_baileys_libsignal6"])));
}

TEST_CASE("XEdDSA: the signatures of the certificate chain are accepted") {
  const auto& noise = test::vectors()["noise"];
  const auto& cert = noise["cert"];
  auto root = hex_array<32>(noise["keys"]["noise_root"]["public"]);
  auto intermediate = hex_array<32>(noise["keys"]["noise_intermediate"]["public"]);
  CHECK(verify(root, hex(cert["intermediate_details"]), hex(cert["intermediate_signature"])));
  CHECK(verify(intermediate, hex(cert["leaf_details"]), hex(cert["leaf_signature"])));
  CHECK_FALSE(
      verify(intermediate, hex(cert["intermediate_details"]), hex(cert["intermediate_signature"])));
}

TEST_CASE("XEdDSA: own signatures verify, for keys of either sign") {
  test::SeededRng rng;
  bool positive = false;
  bool negative = false;
  for (int i = 0; i < 32; ++i) {
    KeyPair pair = KeyPair::generate(rng);
    Bytes message = rng.bytes(static_cast<std::size_t>(i) * 3);
    Signature signature = sign(pair.private_key, message, rng);
    CHECK(verify(pair.public_key, message, signature));
    ((signature[63] & 0x80) != 0 ? negative : positive) = true;
  }
  CHECK(positive);
  CHECK(negative);
}

TEST_CASE("XEdDSA: signing is randomised, and repeatable with the same randomness") {
  PrivateKey key(hex_array<32>(known()["private"]));
  Bytes message = hex(known()["message"]);
  test::SeededRng rng;
  Signature first = sign(key, message, rng);
  Signature second = sign(key, message, rng);
  CHECK(first != second);
  test::SeededRng again;
  CHECK(sign(key, message, again) == first);
  CHECK(verify(known_public(), message, second));
}

TEST_CASE("XEdDSA: any other message, key or signature is refused") {
  Bytes message = hex(known()["message"]);
  Bytes signature = hex(known()["signature_zapo_random"]);
  for (std::size_t i = 0; i < signature.size(); ++i) {
    Bytes touched = signature;
    touched[i] ^= static_cast<std::uint8_t>(i == 63 ? 0x80 : 0x01);
    CHECK_FALSE(verify(known_public(), message, touched));
  }
  Bytes longer = message;
  longer.push_back(0);
  CHECK_FALSE(verify(known_public(), longer, signature));
  CHECK_FALSE(verify(known_public(), {}, signature));
  PublicKey other = known_public();
  other[0] ^= 1;
  CHECK_FALSE(verify(other, message, signature));
}

TEST_CASE("XEdDSA: wrong lengths are refused") {
  Bytes message = hex(known()["message"]);
  Bytes signature = hex(known()["signature_zapo_random"]);
  CHECK_FALSE(verify(known_public(), message, {}));
  CHECK_FALSE(verify(known_public(), message, BytesView(signature).first(63)));
  signature.push_back(0);
  CHECK_FALSE(verify(known_public(), message, signature));
}

TEST_CASE("XEdDSA: a response beyond the group's order is refused") {
  Bytes message = hex(known()["message"]);
  Bytes signature = hex(known()["signature_zapo_random"]);
  const Bytes order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += signature[32 + i] + order[i];
    signature[32 + i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  CHECK_FALSE(verify(known_public(), message, signature));
}

TEST_CASE("XEdDSA: keys that are no field element or have no counterpart are refused") {
  Bytes message = hex(known()["message"]);
  Bytes signature = hex(known()["signature_zapo_random"]);
  for (const char* key : {
           "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // p - 1
           "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // p
           "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
           "0000000000000000000000000000000000000000000000000000000000000000",
           "0100000000000000000000000000000000000000000000000000000000000000",
       }) {
    INFO(key);
    CHECK_FALSE(verify(hex_array<32>(key), message, signature));
  }
  PublicKey high = known_public();
  high[31] |= 0x80;
  CHECK_FALSE(verify(high, message, signature));
}
