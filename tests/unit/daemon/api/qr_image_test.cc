#include "daemon/api/qr_image.h"

#include <catch2/catch.hpp>
#include <string>

using namespace wasphere;

namespace {

unsigned big_endian(const Bytes& bytes, std::size_t at) {
  return static_cast<unsigned>(bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 |
                               bytes[at + 3]);
}

}  // namespace

TEST_CASE("a QR image is a square PNG with its quiet zone") {
  auto png = api::qr_png("2@abc,def");
  REQUIRE(png);
  CHECK(std::string(png->begin() + 1, png->begin() + 4) == "PNG");
  // Version 1 at level M: 21 modules and twice 4 of quiet zone, at 4 pixels.
  CHECK(big_endian(*png, 16) == 29 * 4);
  CHECK(big_endian(*png, 20) == 29 * 4);
}

TEST_CASE("text that no QR can hold is refused") {
  auto png = api::qr_png(std::string(5000, 'x'));
  REQUIRE_FALSE(png);
  CHECK(png.error().code == ErrorCode::validation_failed);
}

TEST_CASE("the data URI carries the PNG in base64") {
  auto uri = api::qr_data_uri("hello");
  REQUIRE(uri);
  CHECK(uri->rfind("data:image/png;base64,iVBORw0KGgo", 0) == 0);
}
