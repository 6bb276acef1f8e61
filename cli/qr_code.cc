#include "cli/qr_code.h"

#include <qrencode.h>

#include <memory>

namespace wasphere::cli {
namespace {

// Bright white behind black ink: plain white (47) is grey on most terminals and costs contrast.
constexpr std::string_view kBlackOnWhite = "\x1b[30;107m";
constexpr std::string_view kReset = "\x1b[0m";

std::string_view half_block(bool upper, bool lower) {
  if (upper && lower) return "█";
  if (upper) return "▀";
  return lower ? "▄" : " ";
}

std::string render_row(const QrMatrix& matrix, const QrStyle& style, int top) {
  // A colour request decides the colours itself, so that inverting would make it unreadable.
  const bool invert = style.invert && !style.colour;
  std::string line;
  for (int x = -style.quiet_zone; x < matrix.size() + style.quiet_zone; ++x) {
    line += half_block(matrix.dark(x, top) != invert, matrix.dark(x, top + 1) != invert);
  }
  return line;
}

}  // namespace

bool QrMatrix::dark(int x, int y) const {
  if (x < 0 || y < 0 || x >= size_ || y >= size_) return false;
  return modules_[static_cast<std::size_t>(y) * static_cast<std::size_t>(size_) +
                  static_cast<std::size_t>(x)];
}

Result<QrMatrix> encode_qr(std::string_view text) {
  const std::unique_ptr<QRcode, void (*)(QRcode*)> code(
      QRcode_encodeData(static_cast<int>(text.size()),
                        reinterpret_cast<const unsigned char*>(text.data()), 0, QR_ECLEVEL_L),
      &QRcode_free);
  if (!code) {
    return fail(ErrorCode::validation_failed,
                "A text of " + std::to_string(text.size()) + " bytes does not fit into a QR code.");
  }
  const auto count = static_cast<std::size_t>(code->width) * static_cast<std::size_t>(code->width);
  std::vector<bool> modules(count);
  for (std::size_t i = 0; i < count; ++i) modules[i] = (code->data[i] & 1) != 0;
  return QrMatrix(code->width, std::move(modules));
}

QrExtent qr_extent(const QrMatrix& matrix, int quiet_zone) {
  const int side = matrix.size() + 2 * quiet_zone;
  return {.columns = side, .rows = (side + 1) / 2};
}

std::string render_qr(const QrMatrix& matrix, const QrStyle& style) {
  std::string out;
  for (int y = -style.quiet_zone; y < matrix.size() + style.quiet_zone; y += 2) {
    if (style.colour) out += kBlackOnWhite;
    out += render_row(matrix, style, y);
    if (style.colour) out += kReset;
    out += '\n';
  }
  return out;
}

}  // namespace wasphere::cli
