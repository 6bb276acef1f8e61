// Text for a terminal: how wide it is, and made harmless.
#pragma once

#include <string>
#include <string_view>

namespace wasphere::cli {

// Columns the text takes: 0 for combining marks, 2 for wide (East Asian, emoji) characters. A byte
// that is no UTF-8 counts as one column.
int display_width(std::string_view text);
// The text with control characters replaced, so that a name sent by a stranger cannot drive the
// terminal.
std::string printable(std::string_view text);
// Cut to at most `columns`, the last of them an ellipsis when something was cut.
std::string shorten(std::string_view text, int columns);
// The text with spaces up to `columns`.
std::string padded(std::string_view text, int columns);

}  // namespace wasphere::cli
