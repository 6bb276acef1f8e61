#include "core/crypto/hash.h"

#include <catch2/catch.hpp>
#include <string>
#include <thread>

#include "core/util/encoding.h"
#include "tests/support/vectors.h"

using namespace wasphere;
using namespace wasphere::crypto;
using test::hex;

namespace {

template <class T>
std::string hexed(const T& bytes) {
  return to_hex(bytes);
}

}  // namespace

TEST_CASE("digests of known texts") {
  CHECK(hexed(sha256(as_bytes("abc"))) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hexed(sha256({})) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hexed(sha1(as_bytes("abc"))) == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(hexed(md5(as_bytes("abc"))) == "900150983cd24fb0d6963f7d28e17f72");
}

TEST_CASE("HMAC-SHA-256 of RFC 4231") {
  CHECK(hexed(hmac_sha256(Bytes(20, 0x0b), as_bytes("Hi There"))) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(hexed(hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hexed(hmac_sha256(Bytes(131, 0xaa),
                          as_bytes("Test Using Larger Than Block-Size Key - Hash Key First"))) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("HKDF-SHA-256 of RFC 5869") {
  CHECK(hexed(hkdf_sha256(Bytes(22, 0x0b), hex("000102030405060708090a0b0c"),
                          hex("f0f1f2f3f4f5f6f7f8f9"), 42)) ==
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  CHECK(hexed(hkdf_sha256(Bytes(22, 0x0b), {}, {}, 42)) ==
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST_CASE("HKDF: lengths, and an empty salt is 32 zeros") {
  Bytes key(32, 1);
  CHECK(hkdf_sha256(key, {}, {}, 64) == hkdf_sha256(key, Bytes(32, 0), {}, 64));
  CHECK(hkdf_sha256(key, {}, {}, 0).empty());
  Bytes longest = hkdf_sha256(key, {}, {}, 8160);
  REQUIRE(longest.size() == 8160);
  Bytes shorter = hkdf_sha256(key, {}, {}, 33);
  CHECK(std::equal(shorter.begin(), shorter.end(), longest.begin()));
  CHECK_THROWS(hkdf_sha256(key, {}, {}, 8161));
}

TEST_CASE("PBKDF2-HMAC-SHA-256 of RFC 7914") {
  CHECK(hexed(pbkdf2_sha256(as_bytes("passwd"), as_bytes("salt"), 1)) ==
        "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc");
}

TEST_CASE("hashes may be taken on any thread") {
  auto expected = sha256(as_bytes("abc"));
  bool same = true;
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) same = same && sha256(as_bytes("abc")) == expected;
  });
  for (int i = 0; i < 1000; ++i) CHECK(sha256(as_bytes("abc")) == expected);
  other.join();
  CHECK(same);
}
