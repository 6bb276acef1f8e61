#include "ipc/docgen/manual_page.h"

#include <algorithm>
#include <stdexcept>

namespace wasphere::docgen {
namespace {

constexpr std::string_view kDate = "November 23, 2026";
constexpr std::size_t kColumns = 78;

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

std::string ascii(std::string_view text) {
  std::string out(text);
  replace_all(out, "\u2026", "...");
  const auto foreign =
      std::ranges::find_if(out, [](char c) { return c != '\n' && (c < ' ' || c > '~'); });
  if (foreign != out.end()) {
    throw std::invalid_argument("a text of the manual is not ASCII: " + out);
  }
  return out;
}

// NAMES_LIKE_THIS are not to be divided at the end of a line.
bool is_name(std::string_view word) {
  return word.size() > 3 && std::ranges::all_of(word, [](char c) {
           return (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == ',';
         });
}

// "--force" must not become a dash of typography, nor a quote a curly one.
std::string escaped_word(std::string_view word) {
  const std::size_t start = word.find_first_not_of("'\"([");
  const bool option = start != word.npos && word[start] == '-' && word.size() > start + 1;
  std::string out = is_name(word) ? "\\%" : "";
  for (const char c : word) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '\'') {
      out += "\\(aq";
    } else if (c == '`') {
      out += "\\(ga";
    } else if (c == '-' && option) {
      out += "\\-";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

// As an argument of a macro, where two letters may be taken for another macro.
std::string escaped_argument(std::string_view argument) {
  std::string out;
  for (const char c : ascii(argument)) {
    if (c == '"') {
      out += "\\(dq";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += escaped_word({&c, 1});
    }
  }
  const bool like_macro = out.size() <= 3 && !out.empty() && out[0] >= 'A' && out[0] <= 'Z' &&
                          out.size() > 1 && out[1] >= 'a';
  const bool special = out.empty() || out[0] == '.' || (out.size() == 1 && std::ispunct(out[0]));
  return like_macro || special ? "\\&" + out : out;
}

bool ends_sentence(std::string_view word) {
  while (word.ends_with(')') || word.ends_with('\'')) word.remove_suffix(1);
  return word.size() > 1 && (word.ends_with('.') || word.ends_with('?') || word.ends_with('!')) &&
         !word.ends_with("..");
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (true) {
    const auto start = text.find_first_not_of(" \n");
    if (start == text.npos) return out;
    text.remove_prefix(start);
    const auto end = std::min(text.find_first_of(" \n"), text.size());
    out.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

}  // namespace

ManualPage::ManualPage(std::string_view name, int section, std::string_view about) {
  line(".\\\" Made by wasphere-docgen from the table of operations: change that, not this.");
  line(".Dd " + std::string(kDate));
  line(".Dt " + upper(name) + " " + std::to_string(section));
  line(".Os WaSphere");
  this->section("NAME");
  line(".Nm " + escaped_argument(name));
  line(".Nd " + ascii(about));
}

void ManualPage::line(std::string_view text) {
  out_ += text;
  out_.push_back('\n');
}

ManualPage& ManualPage::section(std::string_view title) {
  line(".Sh " + ascii(title));
  needs_paragraph_ = false;
  return *this;
}

ManualPage& ManualPage::subsection(std::string_view title) {
  line(".Ss " + escaped_argument(title));
  needs_paragraph_ = false;
  return *this;
}

ManualPage& ManualPage::paragraph() {
  line(".Pp");
  needs_paragraph_ = false;
  return *this;
}

ManualPage& ManualPage::text(std::string_view prose) {
  if (needs_paragraph_) paragraph();
  const std::string plain = ascii(prose);
  std::string current;
  const auto flush = [&] {
    if (!current.empty()) line(current.front() == '.' ? "\\&" + current : current);
    current.clear();
  };
  for (const std::string_view word : words_of(plain)) {
    const std::string shown = escaped_word(word);
    if (!current.empty() && current.size() + 1 + shown.size() > kColumns) flush();
    current += (current.empty() ? "" : " ") + shown;
    if (ends_sentence(word)) flush();
  }
  flush();
  return *this;
}

ManualPage& ManualPage::command_line(std::string_view text) {
  return verbatim(text);
}

ManualPage& ManualPage::verbatim(std::string_view lines) {
  line(".Bd -literal -offset indent");
  std::string plain = ascii(lines);
  while (plain.ends_with('\n')) plain.pop_back();
  replace_all(plain, "\\", "\\e");
  replace_all(plain, "-", "\\-");
  replace_all(plain, "'", "\\(aq");
  replace_all(plain, "`", "\\(ga");
  replace_all(plain, "\n.", "\n\\&.");
  line(plain);
  line(".Ed");
  needs_paragraph_ = true;
  return *this;
}

ManualPage& ManualPage::begin_list() {
  line(".Bl -tag -width Ds");
  needs_paragraph_ = false;
  return *this;
}

ManualPage& ManualPage::item(std::string_view tag) {
  line(".It " + std::string(tag));
  return *this;
}

ManualPage& ManualPage::end_list() {
  line(".El");
  return *this;
}

ManualPage& ManualPage::see_also(const std::vector<std::pair<std::string, int>>& pages) {
  section("SEE ALSO");
  for (std::size_t i = 0; i < pages.size(); ++i) {
    line(".Xr " + escaped_argument(pages[i].first) + " " + std::to_string(pages[i].second) +
         (i + 1 < pages.size() ? " ," : ""));
  }
  return *this;
}

std::string ManualPage::flag_tag(std::string_view flag, char letter, std::string_view value) {
  std::string out;
  if (letter != 0) out += std::string("Fl ") + letter + " , ";
  out += "Fl " + escaped_argument(flag.substr(1));  // the macro brings the first dash
  if (!value.empty()) out += " Ar " + escaped_argument(value);
  return out;
}

std::string ManualPage::argument_tag(std::string_view placeholder) {
  return "Ar " + escaped_argument(placeholder);
}
std::string ManualPage::variable_tag(std::string_view name) {
  return "Va " + escaped_argument(name);
}
std::string ManualPage::literal_tag(std::string_view text) {
  return "Li " + escaped_argument(text);
}

}  // namespace wasphere::docgen
