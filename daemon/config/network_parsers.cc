#include "daemon/config/network_parsers.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "daemon/config/value_parsers.h"

namespace wasphere::config {
namespace {

tl::unexpected<Error> refuse(std::string predicate) {
  return fail(ErrorCode::config_invalid, std::move(predicate));
}

struct Parsed {
  int bits;  // of the whole address
  bool loopback;
};

std::optional<Parsed> parse_address(const std::string& text) {
  std::array<unsigned char, 16> bytes{};
  if (::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return Parsed{32, bytes[0] == 127};
  if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return std::nullopt;
  const std::array<unsigned char, 16> local{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  return Parsed{128, bytes == local};
}

std::string trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return std::string(text);
}

std::vector<std::string> entries(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    out.push_back(trimmed(text.substr(0, comma)));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return out;
}

bool is_network(const std::string& text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto address = parse_address(text.substr(0, slash));
  if (!address || slash == text.size()) return address.has_value();
  return parse_integer(text.substr(slash + 1), 0, address->bits).has_value();
}

bool is_origin(const std::string& text) {
  const bool web = text.starts_with("https://") || text.starts_with("http://");
  const std::string host = web ? text.substr(text.find("//") + 2) : "";
  return !host.empty() && host.find_first_of("/*?# \t\r\n\"") == std::string::npos;
}

}  // namespace

Result<ListenAddress> parse_listen(std::string_view text) {
  ListenAddress out;
  if (text.empty()) return out;
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return refuse("is not of the form ADDRESS:PORT");
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  out.host = host;
  const auto address = parse_address(out.host);
  if (!address || bracketed != (address->bits == 128))
    return refuse("has no address in numbers; use 127.0.0.1:3001 or [::1]:3001");
  const auto port = parse_integer(text.substr(colon + 1), 0, 65535);
  if (!port) return refuse("has no port from 0 to 65535 behind the address");
  out.port = static_cast<std::uint16_t>(*port);
  out.loopback = address->loopback;
  return out;
}

Result<std::string> parse_network_list(std::string_view text) {
  for (const std::string& entry : entries(text))
    if (!is_network(entry))
      return refuse("is not a list of addresses and networks such as 10.0.0.0/8");
  return std::string(text);
}

Result<std::vector<std::string>> parse_origins(std::string_view text) {
  auto out = entries(text);
  for (const std::string& entry : out)
    if (!is_origin(entry))
      return refuse("is not a list of origins such as https://app.example (* is not accepted)");
  return out;
}

}  // namespace wasphere::config
