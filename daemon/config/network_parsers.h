// Parsers of addresses in configuration values; errors as in value_parsers.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/util/result.h"

namespace wasphere::config {

struct ListenAddress {
  std::string host;  // an address in numbers; empty: nothing is listened on
  std::uint16_t port = 0;
  bool loopback = false;  // not reachable from other hosts
};

// "127.0.0.1:3001", "[::1]:3001", or nothing.
Result<ListenAddress> parse_listen(std::string_view text);
// Addresses and networks separated by commas, given back as they are.
Result<std::string> parse_network_list(std::string_view text);
// Origins of web pages separated by commas ("https://app.example"); never "*".
Result<std::vector<std::string>> parse_origins(std::string_view text);

}  // namespace wasphere::config
