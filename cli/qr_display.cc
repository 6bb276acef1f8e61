#include "cli/qr_display.h"

#include <unistd.h>

#include "cli/files.h"

namespace wasphere::cli {
namespace {

constexpr int kFullQuietZone = 4;    // what the standard asks for
constexpr int kNarrowQuietZone = 1;  // what phones still read

// Lines of progress that stand under the picture.
constexpr int kLinesBelow = 1;

bool fits(const QrExtent& needed, const WindowSize& window) {
  return needed.columns <= window.columns && needed.rows + kLinesBelow <= window.rows;
}

tl::unexpected<Error> usage(std::string message, std::string remedy) {
  return fail(Error{.code = ErrorCode::validation_failed,
                    .message = std::move(message),
                    .remedy = std::move(remedy)});
}

Result<QrFormat> format_of(const Values& values, const std::optional<std::string>& file) {
  const auto name = first_value(values, "qr-format");
  if (!name) return file && file->ends_with(".png") ? QrFormat::png : QrFormat::ansi;
  if (*name == "ansi") return QrFormat::ansi;
  if (*name == "text") return QrFormat::text;
  if (*name == "png") return QrFormat::png;
  return usage("--qr-format must be ansi, text or png, not '" + *name + "'.",
               "Choose one of these formats.");
}

}  // namespace

std::vector<Option> qr_options() {
  return {{.name = "qr-format",
           .flag = "--qr-format",
           .placeholder = "FORMAT",
           .doc = "ansi: drawn in half blocks; text: the string inside; png: a picture.",
           .choices = {"ansi", "text", "png"}},
          {.name = "qr-out",
           .flag = "--qr-out",
           .placeholder = "FILE",
           .doc = "Write the QR there, again when it is replaced; - for standard output."},
          {.name = "qr-invert",
           .flag = "--qr-invert",
           .kind = ValueKind::boolean,
           .doc = "Without colours, draw for light text on a dark background."}};
}

Result<QrOptions> read_qr_options(const Values& values, const Console& console) {
  QrOptions out;
  out.file = first_value(values, "qr-out");
  if (out.file == "-") out.file.reset();
  WS_TRY(out.format, format_of(values, out.file));
  out.invert = flag_set(values, "qr-invert");
  if (out.format == QrFormat::png && !out.file && console.stdout_is_terminal()) {
    return usage("A PNG does not belong on a terminal.",
                 "Name a file with --qr-out FILE, or redirect standard output.");
  }
  return out;
}

Status QrDisplay::show(const std::string& text, const std::string& data_uri) {
  if (text == text_) return {};
  const bool first = text_.empty();
  text_ = text;
  if (options_.format == QrFormat::png) return show_png(data_uri);
  if (options_.format == QrFormat::ansi) return draw(text);
  if (options_.file) return write_private_file(*options_.file, text + "\n");
  console_.out(text + "\n");
  if (!first) console_.note("The QR above replaces the earlier one.");
  return {};
}

Status QrDisplay::show_png(const std::string& data_uri) {
  WS_TRY(const std::string png, png_of_data_uri(data_uri));
  if (options_.file) {
    WS_CHECK(write_private_file(*options_.file, png));
    console_.note("The QR is in " + *options_.file + ".");
    return {};
  }
  if (picture_written_) {
    console_.note(
        "The QR was replaced; standard output still holds the first one. Use --qr-out FILE.");
    return {};
  }
  picture_written_ = true;
  console_.out(png);
  return {};
}

Status QrDisplay::draw(const std::string& text) {
  WS_TRY(const QrMatrix matrix, encode_qr(text));
  if (options_.file) {
    return write_private_file(*options_.file, render_qr(matrix, {.invert = options_.invert}));
  }
  if (console_.stdout_is_terminal()) return draw_on_terminal(matrix);
  console_.out(render_qr(matrix, {.invert = options_.invert}));
  return {};
}

Status QrDisplay::draw_on_terminal(const QrMatrix& matrix) {
  const WindowSize window = console_.window(STDOUT_FILENO);
  QrStyle style{
      .quiet_zone = kFullQuietZone, .colour = console_.stdout_colour(), .invert = options_.invert};
  if (!fits(qr_extent(matrix, style.quiet_zone), window)) style.quiet_zone = kNarrowQuietZone;
  const QrExtent extent = qr_extent(matrix, style.quiet_zone);
  hint_at_size(extent, window);
  std::string picture = render_qr(matrix, style);
  if (rows_on_screen_ > 0) {
    picture = "\r\x1b[" + std::to_string(rows_on_screen_) + "A\x1b[J" + picture;
  }
  console_.out(picture);
  // What has left the screen at its top cannot be drawn over.
  rows_on_screen_ = fits(extent, window) ? extent.rows : 0;
  return {};
}

void QrDisplay::hint_at_size(const QrExtent& needed, const WindowSize& window) {
  if (hinted_) return;
  hinted_ = true;
  if (!fits(needed, window)) {
    console_.note("The QR needs " + std::to_string(needed.columns) + " columns and " +
                  std::to_string(needed.rows + kLinesBelow) + " rows, this terminal has " +
                  std::to_string(window.columns) + " by " + std::to_string(window.rows) +
                  ": enlarge it or choose a smaller font, or use --qr-out qr.png.");
  }
  if (!console_.stdout_colour() && !options_.invert) {
    console_.note(
        "Without colours the QR suits a light background; on a dark one add --qr-invert.");
  }
}

}  // namespace wasphere::cli
