#include "cli/qr_code.h"

#include <qrencode.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace {

using wasphere::cli::encode_qr;
using wasphere::cli::qr_extent;
using wasphere::cli::QrMatrix;
using wasphere::cli::QrStyle;
using wasphere::cli::render_qr;

// Rows of pixels, true for ink.
using Bitmap = std::vector<std::vector<bool>>;

struct Painted {
  Bitmap ink;
  std::vector<std::string> prefixes;  // what stood before the first cell of each line
  std::vector<std::string> suffixes;
};

struct HalfBlock {
  std::string_view text;
  bool upper;
  bool lower;
};
constexpr HalfBlock kBlocks[] = {
    {"█", true, true}, {"▀", true, false}, {"▄", false, true}, {" ", false, false}};

const HalfBlock* block_at(std::string_view text) {
  for (const auto& block : kBlocks) {
    if (text.starts_with(block.text)) return &block;
  }
  return nullptr;
}

// Reads the picture back as a terminal would paint it.
Painted paint(std::string_view text) {
  Painted out;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() + 1);
    std::vector<bool> upper, lower;
    std::string prefix, suffix;
    while (!line.empty()) {
      if (line[0] == '\x1b') {
        const auto end = line.find('m') + 1;
        (upper.empty() ? prefix : suffix) += line.substr(0, end);
        line.remove_prefix(end);
        continue;
      }
      const HalfBlock* block = block_at(line);
      REQUIRE(block != nullptr);
      upper.push_back(block->upper);
      lower.push_back(block->lower);
      line.remove_prefix(block->text.size());
    }
    out.ink.push_back(upper);
    out.ink.push_back(lower);
    out.prefixes.push_back(prefix);
    out.suffixes.push_back(suffix);
  }
  return out;
}

// What libqrencode itself says about the text, without our matrix in between.
std::vector<std::vector<bool>> reference(const std::string& text) {
  QRcode* code =
      QRcode_encodeData(static_cast<int>(text.size()),
                        reinterpret_cast<const unsigned char*>(text.data()), 0, QR_ECLEVEL_L);
  REQUIRE(code != nullptr);
  const auto width = static_cast<std::size_t>(code->width);
  std::vector<std::vector<bool>> out(width, std::vector<bool>(width));
  for (std::size_t y = 0; y < width; ++y) {
    for (std::size_t x = 0; x < width; ++x) out[y][x] = (code->data[y * width + x] & 1) != 0;
  }
  QRcode_free(code);
  return out;
}

void check_picture(const Bitmap& ink, const std::string& text, int quiet_zone, bool inverted) {
  const auto expected = reference(text);
  const auto zone = static_cast<std::size_t>(quiet_zone);
  const std::size_t side = expected.size() + 2 * zone;
  REQUIRE((ink.size() == side || ink.size() == side + 1));
  std::size_t wrong = 0;
  for (std::size_t y = 0; y < ink.size(); ++y) {
    REQUIRE(ink[y].size() == side);
    for (std::size_t x = 0; x < side; ++x) {
      const bool inside =
          y >= zone && x >= zone && y < zone + expected.size() && x < zone + expected.size();
      const bool dark = inside && expected[y - zone][x - zone];
      if (ink[y][x] != (dark != inverted)) ++wrong;
    }
  }
  CHECK(wrong == 0);
}

const std::string kLinkCode = "https://wa.me/settings/linked_devices#2@" + std::string(209, 'x');

}  // namespace

TEST_CASE("a QR drawn in half blocks is the matrix of its text") {
  const std::string text = GENERATE(std::string("a"), std::string("2@abc,def/+=,ghi"), kLinkCode);
  const int quiet_zone = GENERATE(0, 1, 4);
  const bool inverted = GENERATE(false, true);
  const auto matrix = encode_qr(text);
  REQUIRE(matrix);
  const auto painted = paint(render_qr(*matrix, {.quiet_zone = quiet_zone, .invert = inverted}));
  check_picture(painted.ink, text, quiet_zone, inverted);
}

TEST_CASE(
    "with colours every line sets black on bright white and resets, and inverting is ignored") {
  const auto matrix = encode_qr(kLinkCode);
  REQUIRE(matrix);
  const auto painted =
      paint(render_qr(*matrix, {.quiet_zone = 4, .colour = true, .invert = GENERATE(false, true)}));
  check_picture(painted.ink, kLinkCode, 4, false);
  for (const auto& prefix : painted.prefixes) CHECK(prefix == "\x1b[30;107m");
  for (const auto& suffix : painted.suffixes) CHECK(suffix == "\x1b[0m");
}

TEST_CASE("a link code takes 65 columns and 33 rows with the full quiet zone, 59 by 30 with one") {
  const auto matrix = encode_qr(kLinkCode);
  REQUIRE(matrix);
  CHECK(matrix->size() == 57);
  CHECK(qr_extent(*matrix, 4).columns == 65);
  CHECK(qr_extent(*matrix, 4).rows == 33);
  CHECK(qr_extent(*matrix, 1).columns == 59);
  CHECK(qr_extent(*matrix, 1).rows == 30);
}

TEST_CASE("bytes of any value fit into a QR, too many of them do not") {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  const auto matrix = encode_qr(all);
  REQUIRE(matrix);
  check_picture(paint(render_qr(*matrix, {.quiet_zone = 1})).ink, all, 1, false);
  const auto too_long = encode_qr(std::string(3000, 'a'));
  REQUIRE_FALSE(too_long);
  CHECK(too_long.error().message.find("3000 bytes") != std::string::npos);
  CHECK_FALSE(encode_qr(""));
}
