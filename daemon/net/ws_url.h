// WebSocket URLs, as network.url holds them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/util/result.h"

namespace wasphere::net {

struct WsUrl {
  bool tls = false;
  std::string host;  // a name or a numeric address, IPv6 without brackets
  std::uint16_t port = 0;
  std::string target = "/";  // path and query, as they go into the request line

  // "host", or "host:port" when the port is not the scheme's own: for the Host header and for
  // messages.
  std::string authority() const;
};

// config_invalid, with what is wrong. wss:// with an IPv6 address is refused too: no certificate
// check would be possible.
Result<WsUrl> parse_ws_url(std::string_view text);

}  // namespace wasphere::net
