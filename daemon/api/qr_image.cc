#include "daemon/api/qr_image.h"

#include <png.h>
#include <qrencode.h>

#include <cstring>
#include <memory>

#include "core/util/encoding.h"

namespace wasphere::api {
namespace {

constexpr unsigned kQuietZone = 4;
constexpr unsigned kModulePixels = 4;

using Code = std::unique_ptr<QRcode, decltype(&QRcode_free)>;

// Eight-bit grey pixels, row by row: black modules on white.
struct Bitmap {
  unsigned side;
  Bytes pixels;
};

Bitmap paint(const QRcode& code) {
  const auto modules = static_cast<unsigned>(code.width);
  Bitmap out{(modules + 2 * kQuietZone) * kModulePixels, {}};
  out.pixels.assign(static_cast<std::size_t>(out.side) * out.side, 0xFF);
  for (unsigned y = 0; y < modules * kModulePixels; ++y)
    for (unsigned x = 0; x < modules * kModulePixels; ++x)
      if (code.data[(y / kModulePixels) * modules + x / kModulePixels] & 1) {
        const unsigned offset = kQuietZone * kModulePixels;
        out.pixels[static_cast<std::size_t>(y + offset) * out.side + x + offset] = 0;
      }
  return out;
}

Result<Bytes> write_png(const Bitmap& bitmap) {
  png_image image;
  std::memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  image.width = bitmap.side;
  image.height = bitmap.side;
  image.format = PNG_FORMAT_GRAY;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  Bytes out(size);
  if (png_image_write_to_memory(&image, out.data(), &size, 0, bitmap.pixels.data(), 0, nullptr) ==
      0)
    return fail(ErrorCode::internal, std::string("cannot write a PNG: ") + image.message);
  out.resize(size);
  return out;
}

}  // namespace

Result<Bytes> qr_png(std::string_view text) {
  Code code(QRcode_encodeString8bit(std::string(text).c_str(), 0, QR_ECLEVEL_M), &QRcode_free);
  if (!code) return fail(ErrorCode::validation_failed, "the text does not fit into a QR");
  return write_png(paint(*code));
}

Result<std::string> qr_data_uri(std::string_view text) {
  WS_TRY(Bytes png, qr_png(text));
  return "data:image/png;base64," + to_base64(png);
}

}  // namespace wasphere::api
