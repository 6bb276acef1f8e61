#include "daemon/http/target.h"

#include <algorithm>
#include <optional>

#include "core/util/encoding.h"

namespace wasphere::http {
namespace {

constexpr std::size_t kLongestTarget = 8U << 10;
constexpr std::size_t kMostParameters = 64;

tl::unexpected<Error> refuse(const char* why) {
  return fail(ErrorCode::invalid_request, std::string("the path or query ") + why);
}

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20U || c == 0x7F;
}

// Percent escapes, once; in a query a plus is a space as well.
Result<std::string> decode(std::string_view raw, bool in_query) {
  std::string out;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    char c = raw[i];
    if (c == '%') {
      const auto high = i + 1 < raw.size() ? hex_digit(raw[i + 1]) : std::nullopt;
      const auto low = i + 2 < raw.size() ? hex_digit(raw[i + 2]) : std::nullopt;
      if (!high || !low) return refuse("has a percent sign without two hexadecimal digits");
      c = static_cast<char>(*high << 4U | *low);
      i += 2;
    } else if (c == '+' && in_query) {
      c = ' ';
    }
    out.push_back(c);
  }
  if (std::ranges::any_of(out, is_control)) return refuse("has a control character");
  if (!is_valid_utf8(out)) return refuse("is not UTF-8");
  return out;
}

Result<std::string> segment(std::string_view raw) {
  if (raw.empty()) return refuse("has an empty segment");
  WS_TRY(std::string out, decode(raw, false));
  if (out == "." || out == "..") return refuse("has a segment of dots");
  if (out.find_first_of("/\\") != std::string::npos) return refuse("has a slash inside a segment");
  return out;
}

Status read_path(std::string_view raw, Target& out) {
  if (!raw.starts_with('/')) return refuse("does not begin with a slash");
  raw.remove_prefix(1);
  if (raw == "/") return refuse("has an empty segment");
  if (raw.ends_with('/')) raw.remove_suffix(1);
  while (!raw.empty()) {
    const std::size_t slash = raw.find('/');
    WS_TRY(std::string name, segment(raw.substr(0, slash)));
    out.path += "/" + name;
    out.segments.push_back(std::move(name));
    if (slash == raw.npos) return {};
    raw.remove_prefix(slash + 1);
    if (raw.empty()) return refuse("has an empty segment");
  }
  return {};
}

Status read_query(std::string_view raw, Target& out) {
  while (!raw.empty()) {
    const std::size_t end = std::min(raw.find('&'), raw.size());
    const std::string_view pair = raw.substr(0, end);
    raw.remove_prefix(std::min(end + 1, raw.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    WS_TRY(std::string name, decode(pair.substr(0, equals), true));
    WS_TRY(std::string value, decode(pair.substr(std::min(equals + 1, pair.size())), true));
    out.query.emplace_back(std::move(name), std::move(value));
    if (out.query.size() > kMostParameters) return refuse("has too many parameters");
  }
  return {};
}

}  // namespace

Result<Target> parse_target(std::string_view raw) {
  if (raw.size() > kLongestTarget) return refuse("is too long");
  if (raw.find_first_of("#\\") != raw.npos)
    return refuse("has a character that does not belong there");
  const std::size_t mark = std::min(raw.find('?'), raw.size());
  Target out;
  WS_CHECK(read_path(raw.substr(0, mark), out));
  WS_CHECK(read_query(raw.substr(std::min(mark + 1, raw.size())), out));
  return out;
}

}  // namespace wasphere::http
