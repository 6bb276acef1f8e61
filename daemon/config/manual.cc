#include "daemon/config/manual.h"

#include "daemon/config/settings.h"

namespace wasphere::config {
namespace {

constexpr std::string_view kBegin = ".\\\" Settings: made by wasphere-confgen from the table.\n";
constexpr std::string_view kEnd = ".\\\" End of settings.\n";
constexpr std::size_t kWidth = 78;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '\'') {
      out += "\\(aq";
    } else {
      out += c;
    }
  }
  return out;
}

// Filled lines, a new one for each sentence; a line must not begin like a request.
std::string prose(std::string_view text) {
  std::string out;
  std::string line;
  const auto flush = [&] {
    if (line.starts_with('.') || line.starts_with('\'')) out += "\\&";
    out += line + "\n";
    line.clear();
  };
  while (!text.empty()) {
    const auto space = std::min(text.find(' '), text.size());
    const std::string word = escaped(text.substr(0, space));
    if (!line.empty() && line.size() + 1 + word.size() > kWidth) flush();
    line += (line.empty() ? "" : " ") + word;
    text.remove_prefix(std::min(space + 1, text.size()));
    if (word.ends_with('.') || word.ends_with(".)") || text.empty()) flush();
  }
  return out;
}

std::string item(const Setting& setting) {
  std::string kind = "(" + std::string(setting.type);
  if (!setting.fallback.empty()) kind += "; default " + std::string(setting.fallback);
  return ".It Va " + std::string(setting.name) + "\n" + prose(kind + ")") + prose(setting.doc);
}

}  // namespace

std::string settings_manual() {
  std::string out;
  for (const Setting& setting : settings())
    if (!setting.hidden) out += item(setting);
  return out;
}

Result<std::string> with_settings(std::string_view page) {
  const auto begin = page.find(kBegin);
  const auto end = page.find(kEnd);
  if (begin == page.npos || end == page.npos || end < begin)
    return fail(ErrorCode::not_found, "the page has no marks around its settings");
  const auto inner = begin + kBegin.size();
  return std::string(page.substr(0, inner)) + settings_manual() + std::string(page.substr(end));
}

}  // namespace wasphere::config
