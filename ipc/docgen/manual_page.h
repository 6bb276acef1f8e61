// Writes a manual page in mdoc(7), the form that both groff and mandoc read. Texts are plain ASCII
// (an ellipsis is spelled out); anything else throws std::invalid_argument, because the page would
// render differently from system to system.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wasphere::docgen {

class ManualPage {
 public:
  // {"wasphere-session"}, 1, "work with sessions"
  ManualPage(std::string_view name, int section, std::string_view about);

  ManualPage& section(std::string_view title);
  ManualPage& subsection(std::string_view title);
  ManualPage& paragraph();
  // Sentences of prose; line breaks in it do not count.
  ManualPage& text(std::string_view prose);
  // One line as typed, indented.
  ManualPage& command_line(std::string_view line);
  // Lines as typed, indented.
  ManualPage& verbatim(std::string_view lines);

  ManualPage& begin_list();
  // The tag is made of macros: {"Fl", "-json"} per part; parts are joined as alternatives.
  ManualPage& item(std::string_view tag);
  ManualPage& end_list();
  ManualPage& see_also(const std::vector<std::pair<std::string, int>>& pages);

  const std::string& str() const { return out_; }

  // Tags.
  static std::string flag_tag(std::string_view flag, char letter, std::string_view value);
  static std::string argument_tag(std::string_view placeholder);
  static std::string variable_tag(std::string_view name);
  static std::string literal_tag(std::string_view text);

 private:
  void line(std::string_view text);
  std::string out_;
  bool needs_paragraph_ = false;  // text behind a display would stick to it
};

}  // namespace wasphere::docgen
