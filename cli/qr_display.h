// Shows the QR of a linking in the form the caller asked for, and replaces it by its successor.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/console.h"
#include "cli/qr_code.h"
#include "cli/verb.h"
#include "core/util/result.h"

namespace wasphere::cli {

enum class QrFormat { ansi, text, png };

struct QrOptions {
  QrFormat format = QrFormat::ansi;
  std::optional<std::string> file;  // --qr-out; nothing: standard output
  bool invert = false;
};

std::vector<Option> qr_options();
// Refuses what cannot work before anything is created, such as a PNG onto a terminal.
Result<QrOptions> read_qr_options(const Values& values, const Console& console);

class QrDisplay {
 public:
  QrDisplay(Console& console, QrOptions options)
      : console_(console), options_(std::move(options)) {}

  // A text that is shown already is not shown again. `data_uri` is the daemon's PNG, may be empty
  // when the format is another.
  Status show(const std::string& text, const std::string& data_uri);
  // Something was written under the picture: the next one cannot take its place.
  void scrolled() { rows_on_screen_ = 0; }
  // Whether standard output holds a picture file, which nothing may be appended to.
  bool owns_stdout() const { return options_.format == QrFormat::png && !options_.file; }
  bool shown() const { return !text_.empty(); }

 private:
  Status show_png(const std::string& data_uri);
  Status draw(const std::string& text);
  Status draw_on_terminal(const QrMatrix& matrix);
  void hint_at_size(const QrExtent& needed, const WindowSize& window);

  Console& console_;
  QrOptions options_;
  std::string text_;        // on display now
  int rows_on_screen_ = 0;  // of the picture right above the cursor; 0: none can be replaced
  bool hinted_ = false;
  bool picture_written_ = false;  // a PNG to standard output
};

}  // namespace wasphere::cli
