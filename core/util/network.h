// IP addresses and networks in text form. Pure: nothing is resolved.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/util/bytes.h"
#include "core/util/result.h"

namespace wasphere {

// IPv4 fills the first four bytes. An IPv4 address written inside IPv6 stays an IPv6 address.
struct IpAddress {
  ByteArray<16> bytes{};
  bool v4 = false;
  bool operator==(const IpAddress&) const = default;
};
std::optional<IpAddress> parse_ip(std::string_view text);  // without zone, brackets or port

struct IpNetwork {
  IpAddress base;
  unsigned bits = 0;
  bool contains(const IpAddress& address) const;  // never one of the other family
};
// "10.0.0.0/8", or an address for itself alone. Bits behind the prefix must be zero.
std::optional<IpNetwork> parse_network(std::string_view text);
// Networks separated by commas, spaces allowed around them; config_invalid names the bad one.
Result<std::vector<IpNetwork>> parse_networks(std::string_view text);
bool any_contains(const std::vector<IpNetwork>& networks, const IpAddress& address);

}  // namespace wasphere
