#include "daemon/net/ws_url.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace wasphere::net {
namespace {

constexpr std::uint16_t kPlainPort = 80;
constexpr std::uint16_t kTlsPort = 443;
constexpr std::size_t kMaxHost = 120;  // what libwebsockets can check a certificate for

tl::unexpected<Error> bad_url(std::string_view text, const std::string& why) {
  return fail(ErrorCode::config_invalid,
              "'" + std::string(text) + "' is not a usable WebSocket URL: " + why);
}

bool is_host_char(unsigned char c) {
  return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_';
}
bool is_ipv6_char(unsigned char c) {
  return std::isxdigit(c) != 0 || c == ':' || c == '.';
}
bool is_target_char(unsigned char c) {
  return c > 0x20 && c < 0x7f && c != '#';
}

template <class Predicate>
bool all_of(std::string_view text, Predicate allowed) {
  return std::all_of(text.begin(), text.end(), allowed);
}

// Takes the scheme off the front; false if it is neither ws nor wss.
bool take_scheme(std::string_view& rest, bool& tls) {
  std::string lower(rest.substr(0, 6));
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  tls = lower.starts_with("wss://");
  if (!tls && !lower.starts_with("ws://")) return false;
  rest.remove_prefix(tls ? 6 : 5);
  return true;
}

bool take_host(std::string_view& rest, std::string& host) {
  const bool bracketed = rest.starts_with('[');
  const auto end = bracketed ? rest.find(']') : std::min(rest.find(':'), rest.size());
  if (end == std::string_view::npos) return false;
  host = rest.substr(bracketed ? 1 : 0, bracketed ? end - 1 : end);
  rest.remove_prefix(bracketed ? end + 1 : end);
  if (host.empty() || host.size() > kMaxHost) return false;
  return bracketed ? all_of(host, is_ipv6_char) && host.find(':') != std::string::npos
                   : all_of(host, is_host_char);
}

bool parse_port(std::string_view text, std::uint16_t& port) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port != 0;
}

}  // namespace

std::string WsUrl::authority() const {
  const bool ipv6 = host.find(':') != std::string::npos;
  const std::string name = ipv6 ? "[" + host + "]" : host;
  return port == (tls ? kTlsPort : kPlainPort) ? name : name + ":" + std::to_string(port);
}

Result<WsUrl> parse_ws_url(std::string_view text) {
  WsUrl url;
  std::string_view rest = text;
  if (!take_scheme(rest, url.tls)) return bad_url(text, "it must begin with ws:// or wss://");
  const auto target = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view authority = rest.substr(0, target);
  rest.remove_prefix(target);
  if (!take_host(authority, url.host)) return bad_url(text, "the host is missing or malformed");
  url.port = url.tls ? kTlsPort : kPlainPort;
  if (!authority.empty() &&
      (authority.front() != ':' || !parse_port(authority.substr(1), url.port))) {
    return bad_url(text, "the port must be a number from 1 to 65535");
  }
  if (!all_of(rest, is_target_char)) {
    return bad_url(text,
                   "the path may hold neither '#' nor blanks nor other than ASCII characters");
  }
  url.target = rest.starts_with('/') ? std::string(rest) : "/" + std::string(rest);
  if (url.tls && url.host.find(':') != std::string::npos) {
    return bad_url(text, "wss:// needs a host name, a certificate cannot be checked otherwise");
  }
  return url;
}

}  // namespace wasphere::net
