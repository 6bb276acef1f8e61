#include "core/util/encoding.h"

#include <catch2/catch.hpp>

#include "tests/support/seeded_rng.h"

using namespace wasphere;

TEST_CASE("hex is lower case and reads either case") {
  CHECK(to_hex(Bytes{0x00, 0xAB, 0xFF}) == "00abff");
  CHECK(to_hex({}).empty());
  CHECK(from_hex("00aBFf") == Bytes{0x00, 0xAB, 0xFF});
  CHECK(from_hex("")->empty());
  CHECK_FALSE(from_hex("abc"));
  CHECK_FALSE(from_hex("0g"));
  CHECK_FALSE(from_hex("0 "));
}

TEST_CASE("base64 gives the values of RFC 4648") {
  const std::pair<const char*, const char*> known[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"}};
  for (auto [plain, coded] : known) {
    CHECK(to_base64(as_bytes(plain)) == coded);
    CHECK(from_base64(coded) == to_bytes(as_bytes(plain)));
  }
  CHECK(to_base64(Bytes{0xFB, 0xFF}) == "+/8=");
}

TEST_CASE("base64 may come without its padding, but with nothing else missing or added") {
  CHECK(from_base64("Zg") == to_bytes(as_bytes("f")));
  CHECK(from_base64("Zm8") == to_bytes(as_bytes("fo")));
  for (const char* bad : {"Z", "Zg=", "Zm9v=", "Zm9vY", "Zg===", "====", "=",
                          "Z=g=", "Zg==Zg==", "Zm 9v", "Zm9-", "Zm9_", "Zm9v\n"}) {
    INFO(bad);
    CHECK_FALSE(from_base64(bad));
  }
}

TEST_CASE("base64 has one text for each value") {
  CHECK_FALSE(from_base64("Zh=="));
  CHECK_FALSE(from_base64("Zm9="));
}

TEST_CASE("what is encoded comes back, at every length") {
  test::SeededRng rng;
  for (std::size_t size = 0; size < 70; ++size) {
    Bytes bytes = rng.bytes(size);
    CHECK(from_hex(to_hex(bytes)) == bytes);
    CHECK(from_base64(to_base64(bytes)) == bytes);
  }
}

TEST_CASE("base 32 texts") {
  CHECK(to_base32_lower(as_bytes("foobar")) == "mzxw6ytboi");
  CHECK(to_base32_lower(as_bytes("f")) == "my");
  CHECK(to_base32_lower({}).empty());
  CHECK(to_crockford(Bytes{0, 0, 0, 0, 0}) == "11111111");
  CHECK(to_crockford(Bytes{0xFF, 0xFF, 0xFF, 0xFF, 0xFF}) == "ZZZZZZZZ");
  CHECK(to_crockford(Bytes{0x00, 0x44, 0x32, 0x14, 0xC7}) == "12345678");
}

TEST_CASE("UTF-8 is told from everything else") {
  for (const char* good : {"", "abc", "J\xC3\xBCrgen", "\xE2\x82\xAC", "\xF0\x9F\x99\x82",
                           "\xEF\xBF\xBD", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF", "\xEE\x80\x80"})
    CHECK(is_valid_utf8(good));
  for (const char* bad :
       {"\x80", "\xC3", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\xAF", "\xF0\x80\x80\xAF", "\xED\xA0\x80",
        "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xFF", "a\xE2\x82", "\xE2\x28\xA1"})
    CHECK_FALSE(is_valid_utf8(bad));
}
