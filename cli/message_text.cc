#include "cli/message_text.h"

#include "cli/console.h"
#include "core/util/encoding.h"

namespace wasphere::cli {
namespace {

// 65,536 characters of four bytes, and a newline.
constexpr std::size_t kLongest = 4 * 65'536 + 2;

Result<std::string> text_of_stdin() {
  auto text = read_stdin(kLongest);
  if (!text)
    return fail(ErrorCode::validation_failed,
                "The text on standard input cannot be read, or is longer than 65536 characters.");
  if (text->ends_with('\n')) text->pop_back();
  if (text->ends_with('\r')) text->pop_back();
  if (text->empty())
    return fail(ErrorCode::validation_failed, "There is no text on standard input.");
  return std::move(*text);
}

}  // namespace

Result<std::string> message_text(const std::string& given) {
  std::string text = given;
  if (given == "-") {
    WS_TRY(text, text_of_stdin());
  }
  if (!is_valid_utf8(text))
    return fail(Error{.code = ErrorCode::validation_failed,
                      .message = "The text is not valid UTF-8.",
                      .fields = {{"/text", "FORMAT", "must be valid UTF-8"}},
                      .remedy = "Convert it first, for example with iconv."});
  return text;
}

}  // namespace wasphere::cli
