#include "core/crypto/cipher.h"

#include <catch2/catch.hpp>

#include "tests/support/seeded_rng.h"
#include "tests/support/vectors.h"

using namespace wasphere;
using namespace wasphere::crypto;
using test::hex;

namespace {

const char* const kSp800Key = "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4";
const char* const kSp800Block = "6bc1bee22e409f96e93d7e117393172a";

}  // namespace

TEST_CASE("AES-256-GCM of the GCM specification, case 16") {
  Bytes key = hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
  Bytes iv = hex("cafebabefacedbaddecaf888");
  Bytes plain = hex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6"
      "b525b16aedf5aa0de657ba637b39");
  Bytes aad = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  Bytes sealed =
      hex("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b10"
          "56828838c5f6"
          "1e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b");
  CHECK(aes_gcm_encrypt(key, iv, plain, aad) == sealed);
  CHECK(aes_gcm_decrypt(key, iv, sealed, aad) == plain);
}

TEST_CASE("AES-256-GCM refuses whatever was touched") {
  test::SeededRng rng;
  Bytes key = rng.bytes(32);
  Bytes iv = rng.bytes(12);
  Bytes aad = rng.bytes(5);
  Bytes sealed = aes_gcm_encrypt(key, iv, rng.bytes(20), aad);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes touched = sealed;
    touched[i] ^= 1;
    CHECK(aes_gcm_decrypt(key, iv, touched, aad).error().code == ErrorCode::crypto_error);
  }
  CHECK_FALSE(aes_gcm_decrypt(key, iv, sealed, {}));
  CHECK_FALSE(aes_gcm_decrypt(key, rng.bytes(12), sealed, aad));
  CHECK_FALSE(aes_gcm_decrypt(rng.bytes(32), iv, sealed, aad));
  CHECK_FALSE(aes_gcm_decrypt(key, iv, BytesView(sealed).first(15), aad));
  CHECK_FALSE(aes_gcm_decrypt(key, iv, {}, aad));
  CHECK(aes_gcm_decrypt(key, iv, sealed, aad)->size() == 20);
}

TEST_CASE("AES-256-GCM with nothing to encrypt is a tag alone") {
  Bytes key(32, 0);
  Bytes iv(12, 0);
  Bytes tag = aes_gcm_encrypt(key, iv, {}, {});
  CHECK(tag == hex("530f8afbc74536b9a963b4f1c4cb738b"));
  CHECK(aes_gcm_decrypt(key, iv, tag, {})->empty());
  CHECK_FALSE(aes_gcm_decrypt(key, iv, tag, as_bytes("x")));
}

TEST_CASE("a key or IV of the wrong size is refused") {
  Bytes key(32, 1);
  Bytes sealed(32, 2);
  CHECK_FALSE(aes_gcm_decrypt(Bytes(16, 1), Bytes(12, 1), sealed, {}));
  CHECK_FALSE(aes_gcm_decrypt(key, Bytes(16, 1), sealed, {}));
  CHECK_FALSE(aes_cbc_decrypt(Bytes(31, 1), Bytes(16, 1), sealed));
  CHECK_FALSE(aes_cbc_decrypt(key, Bytes(12, 1), sealed));
  CHECK_THROWS(aes_gcm_encrypt(key, Bytes(11, 1), sealed, {}));
  CHECK_THROWS(aes_cbc_encrypt(Bytes(16, 1), Bytes(16, 1), sealed));
  CHECK_THROWS(aes_ctr(key, Bytes(8, 1), sealed));
}

TEST_CASE("AES-256-CBC: first block of SP 800-38A, then padding") {
  Bytes iv = hex("000102030405060708090a0b0c0d0e0f");
  Bytes sealed = aes_cbc_encrypt(hex(kSp800Key), iv, hex(kSp800Block));
  REQUIRE(sealed.size() == 32);
  CHECK(Bytes(sealed.begin(), sealed.begin() + 16) == hex("f58c4c04d6e5f1ba779eabfb5f7bfbd6"));
  test::SeededRng rng;
  for (std::size_t size = 0; size < 50; ++size) {
    Bytes plain = rng.bytes(size);
    Bytes coded = aes_cbc_encrypt(hex(kSp800Key), iv, plain);
    CHECK(coded.size() == (size / 16 + 1) * 16);
    CHECK(aes_cbc_decrypt(hex(kSp800Key), iv, coded) == plain);
  }
}

TEST_CASE("AES-256-CBC refuses bad lengths and bad padding") {
  Bytes key = hex(kSp800Key);
  Bytes iv(16, 0);
  CHECK(aes_cbc_decrypt(key, iv, {}).error().code == ErrorCode::crypto_error);
  CHECK_FALSE(aes_cbc_decrypt(key, iv, Bytes(15, 0)));
  CHECK_FALSE(aes_cbc_decrypt(key, iv, Bytes(17, 0)));
  Bytes sealed = aes_cbc_encrypt(key, iv, Bytes(20, 0x77));
  CHECK_FALSE(aes_cbc_decrypt(key, iv, BytesView(sealed).first(16)));  // cut before the padding
  CHECK(aes_cbc_decrypt(key, iv, sealed) == Bytes(20, 0x77));  // a failure leaves nothing behind
}

TEST_CASE("AES-256-CTR of SP 800-38A, both ways") {
  Bytes key = hex(kSp800Key);
  Bytes counter = hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
  Bytes sealed = aes_ctr(key, counter, hex(kSp800Block));
  CHECK(sealed == hex("601ec313775789a5b7a7f504bbf3d228"));
  CHECK(aes_ctr(key, counter, sealed) == hex(kSp800Block));
  CHECK(aes_ctr(key, counter, {}).empty());
}
