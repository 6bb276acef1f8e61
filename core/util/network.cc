#include "core/util/network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace wasphere {
namespace {

bool bit(const IpAddress& address, unsigned index) {
  return (address.bytes[index / 8] >> (7 - index % 8) & 1U) != 0;
}

std::optional<unsigned> prefix_length(std::string_view text, unsigned most) {
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
  if (error != std::errc() || end != text.data() + text.size() || bits > most) return std::nullopt;
  return bits;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<IpAddress> parse_ip(std::string_view text) {
  const std::string copy(text);
  if (copy.find('\0') != std::string::npos) return std::nullopt;
  IpAddress out;
  out.v4 = ::inet_pton(AF_INET, copy.c_str(), out.bytes.data()) == 1;
  if (out.v4 || ::inet_pton(AF_INET6, copy.c_str(), out.bytes.data()) == 1) return out;
  return std::nullopt;
}

bool IpNetwork::contains(const IpAddress& address) const {
  if (address.v4 != base.v4) return false;
  for (unsigned i = 0; i < bits; ++i)
    if (bit(base, i) != bit(address, i)) return false;
  return true;
}

std::optional<IpNetwork> parse_network(std::string_view text) {
  const auto slash = std::min(text.find('/'), text.size());
  const auto base = parse_ip(text.substr(0, slash));
  if (!base) return std::nullopt;
  const unsigned most = base->v4 ? 32 : 128;
  if (slash == text.size()) return IpNetwork{*base, most};
  const auto bits = prefix_length(text.substr(slash + 1), most);
  if (!bits) return std::nullopt;
  for (unsigned i = *bits; i < most; ++i)
    if (bit(*base, i)) return std::nullopt;
  return IpNetwork{*base, *bits};
}

Result<std::vector<IpNetwork>> parse_networks(std::string_view text) {
  std::vector<IpNetwork> out;
  text = trimmed(text);
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    const auto item = trimmed(text.substr(0, comma));
    const auto network = parse_network(item);
    if (!network)
      return fail(ErrorCode::config_invalid,
                  "is not a list of networks like 10.0.0.0/8: see '" + std::string(item) + "'");
    out.push_back(*network);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return out;
}

bool any_contains(const std::vector<IpNetwork>& networks, const IpAddress& address) {
  return std::ranges::any_of(networks,
                             [&](const IpNetwork& network) { return network.contains(address); });
}

}  // namespace wasphere
