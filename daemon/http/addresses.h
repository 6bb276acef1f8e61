// Addresses of clients: lists of networks, and who is behind a proxy. Pure.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/util/result.h"

namespace wasphere::http {

using Address = boost::asio::ip::address;

// An IPv4 address inside IPv6 is the IPv4 address.
Address folded(Address address);

class NetworkList {
 public:
  NetworkList() = default;
  // Addresses and networks ("10.0.0.0/8", "::1") separated by commas. config_invalid names the
  // first that is none.
  static Result<NetworkList> parse(std::string_view text);

  bool empty() const { return networks_.empty(); }
  bool contains(const Address& address) const;

 private:
  struct Network {
    Address address;
    unsigned bits;
  };
  static Result<Network> parse_one(std::string_view text);
  std::vector<Network> networks_;
};

// The client: the peer itself, or the rightmost address of X-Forwarded-For that is no trusted
// proxy, if the peer is one. What stands left of it could have been written by anybody.
Address client_address(const Address& peer, std::string_view forwarded_for,
                       const NetworkList& trusted);
// What requests are counted by: an IPv6 site has 2^64 addresses or more, and counts as one.
std::string counting_name(const Address& address);
// Loopback: reachable from this host only.
bool is_local(const Address& address);

}  // namespace wasphere::http
