// Aligned columns for people.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace wasphere::cli {

// What a cell says, as far as colour goes.
enum class Tone { plain, good, busy, bad, dim, heading };

struct Cell {
  std::string text;
  Tone tone = Tone::plain;
};

using Row = std::vector<Cell>;

// The text in the colour of its tone; unchanged without colour.
std::string painted(const std::string& text, Tone tone, bool colour);
// A heading line and the rows, columns two spaces apart, no trailing spaces. Cells are made
// printable; an empty one shows as "-". Rows may be shorter than the heading.
std::string render_table(const std::vector<std::string>& heading, const std::vector<Row>& rows,
                         bool colour);
// "name  value" lines, names aligned.
std::string render_fields(const std::vector<std::pair<std::string, Cell>>& fields, bool colour);

}  // namespace wasphere::cli
