// A QR code as a matrix of modules, and as text a terminal can show.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/util/result.h"

namespace wasphere::cli {

class QrMatrix {
 public:
  QrMatrix(int size, std::vector<bool> modules) : size_(size), modules_(std::move(modules)) {}
  int size() const { return size_; }
  // Coordinates outside the code belong to the quiet zone and are light.
  bool dark(int x, int y) const;

 private:
  int size_;
  std::vector<bool> modules_;
};

// 8-bit mode, error correction level L: the smallest picture for the about 250 bytes of a link
// code.
Result<QrMatrix> encode_qr(std::string_view text);

struct QrStyle {
  int quiet_zone = 4;   // modules of margin on every side
  bool colour = false;  // explicit black on white, right on any terminal
  bool invert =
      false;  // ink for the light modules: for light text on a dark terminal without colour
};

// What the picture takes on the screen.
struct QrExtent {
  int columns = 0;
  int rows = 0;
};

QrExtent qr_extent(const QrMatrix& matrix, int quiet_zone);
// Two modules in each character cell (half blocks), one line per cell row, each ending with a
// newline.
std::string render_qr(const QrMatrix& matrix, const QrStyle& style);

}  // namespace wasphere::cli
