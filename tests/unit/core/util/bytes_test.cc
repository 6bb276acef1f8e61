#include "core/util/bytes.h"

#include <catch2/catch.hpp>
#include <type_traits>

using namespace wasphere;

TEST_CASE("text and bytes are views of each other") {
  std::string text = "a\0b";
  CHECK(as_text(as_bytes(text)) == text);
  CHECK(to_text(to_bytes(as_bytes("wa"))) == "wa");
  CHECK(as_bytes("").empty());
}

TEST_CASE("concat joins its parts in order") {
  Bytes first{1, 2};
  ByteArray<1> second{3};
  CHECK(concat({first, {}, second}) == Bytes{1, 2, 3});
  CHECK(concat({}).empty());
}

TEST_CASE("constant-time comparison agrees with comparison") {
  CHECK(equal_constant_time(Bytes{1, 2}, Bytes{1, 2}));
  CHECK(equal_constant_time({}, {}));
  CHECK_FALSE(equal_constant_time(Bytes{1, 2}, Bytes{1, 3}));
  CHECK_FALSE(equal_constant_time(Bytes{0, 2}, Bytes{1, 2}));
  CHECK_FALSE(equal_constant_time(Bytes{1}, Bytes{1, 2}));
}

TEST_CASE("to_array takes exactly its size") {
  CHECK(to_array<2>(Bytes{1, 2}) == ByteArray<2>{1, 2});
  CHECK_FALSE(to_array<2>(Bytes{1}));
  CHECK_FALSE(to_array<2>(Bytes{1, 2, 3}));
}

TEST_CASE("a secret wipes what it leaves behind") {
  Secret<4> secret(ByteArray<4>{1, 2, 3, 4});
  Secret<4> moved = std::move(secret);
  CHECK(secret.array() == ByteArray<4>{});  // NOLINT(bugprone-use-after-move): that is the point
  CHECK(moved.array() == ByteArray<4>{1, 2, 3, 4});
  CHECK(Secret<4>::from(Bytes{1, 2, 3, 4}) == moved);
  CHECK_FALSE(Secret<4>::from(Bytes{1, 2, 3}));

  ByteArray<4> memory{9, 9, 9, 9};
  wipe(memory);
  CHECK(memory == ByteArray<4>{});
}

TEST_CASE("a secret dies as zeros") {
  alignas(Secret<8>) unsigned char place[sizeof(Secret<8>)];
  auto* secret = new (place) Secret<8>(ByteArray<8>{1, 2, 3, 4, 5, 6, 7, 8});
  const volatile unsigned char* seen = place;
  REQUIRE(seen[7] == 8);
  secret->~Secret();
  for (std::size_t i = 0; i < 8; ++i) CHECK(seen[i] == 0);
}

TEST_CASE("reading past the end gives nothing and moves nothing") {
  Bytes data{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  ByteReader reader(data);
  CHECK(reader.u8() == 1);
  CHECK(reader.u16be() == 0x0203);
  CHECK(reader.u24be() == 0x040506U);
  CHECK_FALSE(reader.take(5));
  CHECK(reader.u32be() == 0x0708090AU);
  CHECK(reader.empty());
  CHECK_FALSE(reader.u8());
  CHECK_FALSE(reader.u16be());
  CHECK_FALSE(reader.u32be());
  CHECK(reader.take(0)->empty());
}

TEST_CASE("writing and reading are inverse") {
  ByteWriter writer;
  writer.u8(1).u16be(0xFFFE).u24be(0xABCDEF).u32be(0xDEADBEEF).put(Bytes{7});
  CHECK(writer.bytes() == Bytes{1, 0xFF, 0xFE, 0xAB, 0xCD, 0xEF, 0xDE, 0xAD, 0xBE, 0xEF, 7});
  CHECK(writer.take().size() == 11);
}
