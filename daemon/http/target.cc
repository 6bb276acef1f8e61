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

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_host(std::string_view text) {
  const bool literal = text.size() > 2 && text.front() == '[' && text.back() == ']';
  if (literal) text = text.substr(1, text.size() - 2);
  return !text.empty() && std::ranges::all_of(text, [literal](char c) {
    return is_word(c) || c == '.' || (literal ? c == ':' : c == '-' || c == '_');
  });
}

// host[:port]; a user in front of it is refused (RFC 9110, 4.2.4).
bool is_authority(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const bool port = colon != text.npos && text.find(']', colon) == text.npos;
  if (!port) return is_host(text);
  return is_host(text.substr(0, colon)) && text.size() - colon <= 6 &&
         std::ranges::all_of(text.substr(colon + 1), [](char c) { return c >= '0' && c <= '9'; });
}

// RFC 9112, 3.2.2: a request may name the whole URL, as for a proxy. Whose name it has is as little
// to us as the Host header is; what follows is judged like any other path.
Result<std::string> origin_form(std::string_view raw) {
  const std::size_t end = raw.find("://");
  std::string scheme(raw.substr(0, end == raw.npos ? 0 : end));
  for (char& c : scheme)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (scheme != "http" && scheme != "https") return std::string(raw);
  raw.remove_prefix(end + 3);
  const std::size_t path = std::min(raw.find_first_of("/?"), raw.size());
  if (!is_authority(raw.substr(0, path)))
    return fail(ErrorCode::invalid_request, "the host of the URL is none");
  raw.remove_prefix(path);
  return (raw.starts_with('/') ? "" : "/") + std::string(raw);
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
  WS_TRY(const std::string origin, origin_form(raw));
  raw = origin;
  const std::size_t mark = std::min(raw.find('?'), raw.size());
  Target out;
  WS_CHECK(read_path(raw.substr(0, mark), out));
  WS_CHECK(read_query(raw.substr(std::min(mark + 1, raw.size())), out));
  return out;
}

}  // namespace wasphere::http
