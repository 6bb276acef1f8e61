#include <catch2/catch.hpp>

#include "core/crypto/edwards.h"
#include "tests/unit/core/signal/support.h"

using namespace wasphere;
using namespace wasphere::signal_test;
using test::hex;
using test::hex_array;

TEST_CASE("XEdDSA vectors: both kinds of signature are accepted") {
  for (const auto& item : known("xeddsa")["sign"]) {
    Bytes message = hex(item["msg"]);
    CHECK(crypto::verify(public_key(item["pub"]), message, hex(item["sig_deterministic"])));
    CHECK(crypto::verify(public_key(item["pub"]), message, hex(item["sig_randomized"])));
  }
}

TEST_CASE("XEdDSA vectors: the same randomness gives the same signature") {
  for (const auto& item : known("xeddsa")["sign"]) {
    Bytes random = hex(item["random64"]);
    test::ScriptedRng rng{random};
    auto signature = crypto::sign(private_key(item["priv"]), hex(item["msg"]), rng);
    CHECK(signature == hex_array<64>(item["sig_randomized"]));
    CHECK((signature[63] >> 7) == item["sign_bit_in_sig"].get<int>());
  }
}

TEST_CASE("XEdDSA vectors: wrong and malleable signatures are refused") {
  for (const auto& item : known("xeddsa")["reject"]) {
    INFO(item["why"]);
    CHECK_FALSE(item["should_accept"].get<bool>());
    CHECK_FALSE(crypto::verify(public_key(item["pub"]), hex(item["msg"]), hex(item["sig"])));
  }
}

TEST_CASE("XEdDSA vectors: with kept Edwards keys the result is the same") {
  for (const auto& item : known("xeddsa")["sign"]) {
    Bytes random = hex(item["random64"]);
    test::ScriptedRng rng{random};
    auto key = private_key(item["priv"]);
    auto signature = crypto::sign(key, crypto::edwards_key(key), hex(item["msg"]), rng);
    CHECK(signature == hex_array<64>(item["sig_randomized"]));
    auto theirs = crypto::edwards_key(public_key(item["pub"])).value();
    CHECK(crypto::verify(theirs, hex(item["msg"]), signature));
    CHECK(crypto::verify(crypto::edwards_key(key), hex(item["msg"]), signature));
    signature[63] ^= 0x80;
    CHECK_FALSE(crypto::verify(theirs, hex(item["msg"]), signature));
  }
}

TEST_CASE("X25519 vectors: both ends agree") {
  for (const auto& item : known("x25519")) {
    auto a = key_pair(item["priv_a"]);
    auto b = key_pair(item["priv_b"]);
    CHECK(a.public_key == public_key(item["pub_a"]));
    CHECK(b.public_key == public_key(item["pub_b"]));
    CHECK(crypto::agree(a.private_key, b.public_key).value() == secret(item["shared"]));
    CHECK(crypto::agree(b.private_key, a.public_key).value() == secret(item["shared"]));
  }
}
