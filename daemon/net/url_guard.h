// What may be reached at addresses that callers name (server-side request forgery). A URL is taken
// apart by the parser that will make the request; its host is resolved once; every address is
// checked, and the connection is made to the very address that was.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/util/network.h"
#include "core/util/result.h"

namespace wasphere::net {

struct UrlTarget {
  bool https = false;
  std::string host;  // lower case; an IPv6 address without its brackets
  std::uint16_t port = 0;
};

// validation_failed with the predicate ("must be …") for anything but an absolute http or https
// URL without user name and password.
Result<UrlTarget> parse_http_url(const std::string& url);

struct GuardOptions {
  std::vector<IpNetwork> allow;  // private networks that may be reached, and over plain http
  bool allow_ipv6 = false;
};

class UrlGuard {
 public:
  explicit UrlGuard(GuardOptions options) : options_(std::move(options)) {}
  // Those of `addresses` (numeric) that may be connected to, in their order. ssrf_blocked if any of
  // them is denied or none is left; the message is for the log, never for callers.
  Result<std::vector<std::string>> admit(const UrlTarget& target,
                                         const std::vector<std::string>& addresses) const;

 private:
  bool allowed(const IpAddress& address) const;

  GuardOptions options_;
};

}  // namespace wasphere::net
