#include "daemon/config/value_parsers.h"

#include <sys/un.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/noise/certificate.h"
#include "core/util/encoding.h"

namespace wasphere::config {
namespace {

tl::unexpected<Error> refuse(std::string predicate) {
  return fail(ErrorCode::config_invalid, std::move(predicate));
}

template <class Number>
std::optional<Number> number(std::string_view text, int base) {
  Number value{};
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  bool whole = failure == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(value) : std::nullopt;
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_';
}

bool is_ipv6_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' ||
         c == '.';
}

struct Authority {
  std::string_view host;
  std::optional<std::string_view> port;
};

std::optional<Authority> split_authority(std::string_view text) {
  std::size_t host_end = text.find(':');
  if (text.starts_with('[')) {
    host_end = text.find(']');
    if (host_end == std::string_view::npos) return std::nullopt;
    ++host_end;
  }
  Authority out{text.substr(0, host_end), std::nullopt};
  std::string_view rest = text.substr(out.host.size());
  if (rest.empty()) return out;
  if (rest.front() != ':') return std::nullopt;
  out.port = rest.substr(1);
  return out;
}

bool is_host(std::string_view host) {
  if (!host.starts_with('[')) return !host.empty() && std::ranges::all_of(host, is_host_character);
  host = host.substr(1, host.size() - 2);
  return host.size() >= 2 && std::ranges::all_of(host, is_ipv6_character);
}

bool is_authority(std::string_view text) {
  auto authority = split_authority(text);
  if (!authority || !is_host(authority->host)) return false;
  if (!authority->port) return true;
  auto port = number<unsigned>(*authority->port, 10);
  return port && *port >= 1 && *port <= 65535;
}

bool is_url_path(std::string_view path) {
  return std::ranges::all_of(path, [](char c) { return c > ' ' && c < 0x7F && c != '#'; });
}

}  // namespace

Result<std::int64_t> parse_integer(std::string_view text, std::int64_t low, std::int64_t high) {
  auto value = number<std::int64_t>(text, 10);
  if (value && *value >= low && *value <= high) return *value;
  return refuse("is not an integer from " + std::to_string(low) + " to " + std::to_string(high));
}

Result<unsigned> parse_mode(std::string_view text) {
  auto value = number<unsigned>(text, 8);
  if (!value || text.size() < 3 || text.size() > 4 || *value > 0777)
    return refuse("is not an octal mode such as 0660");
  if ((*value & 07) != 0)
    return refuse("would let every user of this host in; the last digit must be 0");
  return *value;
}

Result<std::size_t> parse_choice(std::string_view text, std::string_view choices) {
  std::string_view rest = choices;
  for (std::size_t index = 0; !rest.empty(); ++index) {
    std::string_view choice = rest.substr(0, rest.find('|'));
    if (choice == text) return index;
    rest.remove_prefix(std::min(rest.size(), choice.size() + 1));
  }
  std::string list(choices);
  for (std::size_t at = 0; (at = list.find('|', at)) != std::string::npos;)
    list.replace(at, 1, ", ");
  return refuse("is not one of " + list);
}

Result<std::string> parse_websocket_url(std::string_view text) {
  std::string_view rest = text;
  if (rest.starts_with("wss://")) {
    rest.remove_prefix(6);
  } else if (rest.starts_with("ws://")) {
    rest.remove_prefix(5);
  } else {
    return refuse("does not begin with wss:// or ws://");
  }
  std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (!is_authority(authority)) return refuse("has no valid host and port after the scheme");
  if (!is_url_path(rest.substr(authority.size())))
    return refuse("has a space, control character or fragment in its path");
  return std::string(text);
}

Result<crypto::PublicKey> parse_root(std::string_view text) {
  if (text == "whatsapp") return noise::kWhatsAppRoot;
  auto bytes = from_hex(text);
  auto key = bytes ? to_array<32>(*bytes) : std::nullopt;
  if (!key) return refuse("is not a key of 64 hexadecimal digits, nor the word whatsapp");
  return *key;
}

Result<std::string> parse_path(std::string_view text) {
  if (text.empty()) return refuse("is empty; a path is needed");
  return std::string(text);
}

Result<std::string> parse_socket_path(std::string_view text) {
  constexpr std::size_t kLimit = sizeof(sockaddr_un::sun_path) - 1;
  if (text.size() > kLimit)
    return refuse("is longer than the " + std::to_string(kLimit) + " bytes of a socket address");
  return parse_path(text);
}

Result<std::string> parse_group(std::string_view text) {
  bool ok = std::ranges::all_of(text, [](char c) { return is_host_character(c); });
  if (!ok) return refuse("is not the name or number of a group");
  return std::string(text);
}

}  // namespace wasphere::config
