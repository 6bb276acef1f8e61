#include "cli/table.h"

#include <algorithm>

#include "cli/text.h"

namespace wasphere::cli {
namespace {

constexpr std::string_view kGap = "  ";

std::string_view escape_of(Tone tone) {
  switch (tone) {
    case Tone::plain:
      return "";
    case Tone::good:
      return "\x1b[32m";
    case Tone::busy:
      return "\x1b[33m";
    case Tone::bad:
      return "\x1b[31m";
    case Tone::dim:
      return "\x1b[2m";
    case Tone::heading:
      return "\x1b[1m";
  }
  return "";
}

std::string shown(const Cell& cell) {
  return cell.text.empty() ? "-" : printable(cell.text);
}

Row heading_row(const std::vector<std::string>& heading) {
  Row row;
  for (const auto& name : heading) row.push_back({name, Tone::heading});
  return row;
}

std::vector<int> column_widths(const std::vector<Row>& rows) {
  std::vector<int> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(shown(row[i])));
    }
  }
  return widths;
}

std::string render_line(const Row& row, const std::vector<int>& widths, bool colour) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::string text = shown(row[i]);
    if (i > 0) line += kGap;
    line += painted(text, row[i].tone, colour);
    // The last column is not padded: no trailing spaces to copy along.
    if (i + 1 < row.size())
      line += std::string(static_cast<std::size_t>(widths[i] - display_width(text)), ' ');
  }
  return line + '\n';
}

}  // namespace

std::string painted(const std::string& text, Tone tone, bool colour) {
  const std::string_view escape = escape_of(tone);
  if (!colour || escape.empty()) return text;
  return std::string(escape) + text + "\x1b[0m";
}

std::string render_table(const std::vector<std::string>& heading, const std::vector<Row>& rows,
                         bool colour) {
  std::vector<Row> all{heading_row(heading)};
  all.insert(all.end(), rows.begin(), rows.end());
  const auto widths = column_widths(all);
  std::string out;
  for (const auto& row : all) out += render_line(row, widths, colour);
  return out;
}

std::string render_fields(const std::vector<std::pair<std::string, Cell>>& fields, bool colour) {
  std::vector<Row> rows;
  for (const auto& [name, cell] : fields) rows.push_back({Cell{name, Tone::dim}, cell});
  const auto widths = column_widths(rows);
  std::string out;
  for (const auto& row : rows) out += render_line(row, widths, colour);
  return out;
}

}  // namespace wasphere::cli
