#include "core/crypto/curve.h"

#include <bit>
#include <catch2/catch.hpp>

#include "core/crypto/system_rng.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/vectors.h"

using namespace wasphere;
using namespace wasphere::crypto;
using test::hex;
using test::hex_array;

namespace {

PrivateKey private_key(const char* text) {
  return PrivateKey(hex_array<32>(text));
}

}  // namespace

TEST_CASE("X25519 of RFC 7748, section 6.1") {
  auto bob = KeyPair::from_private(
      private_key("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
  CHECK(bob.public_key ==
        hex_array<32>("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"));
  auto alice = hex_array<32>("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  CHECK(agree(bob.private_key, alice)->array() ==
        hex_array<32>("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"));
}

TEST_CASE("every key pair of the vectors has the public key it should") {
  const auto& keys = test::vectors()["noise"]["keys"];
  REQUIRE(keys.size() >= 6);
  for (const auto& [name, pair] : keys.items()) {
    INFO(name);
    auto made = KeyPair::from_private(PrivateKey(hex_array<32>(pair["private"])));
    CHECK(made.public_key == hex_array<32>(pair["public"]));
    CHECK(made.private_key.array() == hex_array<32>(pair["private"]));
  }
}

TEST_CASE("generated keys are clamped and differ") {
  test::SeededRng rng;
  KeyPair first = KeyPair::generate(rng);
  KeyPair second = KeyPair::generate(rng);
  CHECK(first.public_key != second.public_key);
  CHECK((first.private_key.array()[0] & 7) == 0);
  CHECK((first.private_key.array()[31] & 0xC0) == 0x40);
  CHECK(agree(first.private_key, second.public_key).value() ==
        agree(second.private_key, first.public_key).value());
}

TEST_CASE("public keys of low order are refused") {
  test::SeededRng rng;
  KeyPair own = KeyPair::generate(rng);
  for (const char* low : {
           "0000000000000000000000000000000000000000000000000000000000000000",
           "0100000000000000000000000000000000000000000000000000000000000000",
           "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
           "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
           "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
           "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
           "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
       }) {
    INFO(low);
    auto shared = agree(own.private_key, hex_array<32>(low));
    REQUIRE_FALSE(shared);
    CHECK(shared.error().code == ErrorCode::crypto_error);
  }
}

TEST_CASE("the typed form of a key") {
  PublicKey key;
  key.fill(9);
  auto typed = with_type_byte(key);
  CHECK(typed[0] == 5);
  CHECK(std::equal(key.begin(), key.end(), typed.begin() + 1));
}

TEST_CASE("the system's random numbers are random") {
  SystemRng rng;
  CHECK(rng.bytes(32) != rng.bytes(32));
  CHECK(rng.bytes(0).empty());
  Bytes sample = rng.bytes(4096);
  std::size_t ones = 0;
  for (std::uint8_t byte : sample) ones += static_cast<std::size_t>(std::popcount(byte));
  CHECK(ones > 16384 - 1000);
  CHECK(ones < 16384 + 1000);
}
