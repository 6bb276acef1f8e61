#include "daemon/http/addresses.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace wasphere::http {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

template <class BytesOfAddress>
bool same_bits(const BytesOfAddress& a, const BytesOfAddress& b, unsigned bits) {
  for (std::size_t i = 0; i < a.size() && bits > 0; ++i) {
    const unsigned here = std::min(bits, 8U);
    const unsigned mask = 0xFFU << (8U - here) & 0xFFU;
    if ((a[i] & mask) != (b[i] & mask)) return false;
    bits -= here;
  }
  return true;
}

// An entry of X-Forwarded-For: an address, perhaps with a port or in brackets.
std::optional<Address> forwarded_address(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('[')) {
    text = text.substr(1, std::min(text.find(']'), text.size()) - 1);
  } else if (std::ranges::count(text, ':') == 1) {
    text = text.substr(0, text.find(':'));
  }
  boost::system::error_code error;
  const Address out = boost::asio::ip::make_address(std::string(text), error);
  return error ? std::nullopt : std::optional(folded(out));
}

}  // namespace

Address folded(Address address) {
  namespace ip = boost::asio::ip;
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  return address;
}

Result<NetworkList::Network> NetworkList::parse_one(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  boost::system::error_code error;
  Network out;
  out.address = boost::asio::ip::make_address(std::string(text.substr(0, slash)), error);
  if (error) return fail(ErrorCode::config_invalid, "is not a list of addresses and networks");
  out.address = folded(out.address);
  const unsigned widest = out.address.is_v4() ? 32 : 128;
  out.bits = widest;
  if (slash == text.size()) return out;
  const std::string_view number = text.substr(slash + 1);
  const auto [end, bad] = std::from_chars(number.data(), number.data() + number.size(), out.bits);
  if (bad != std::errc() || end != number.data() + number.size() || out.bits > widest)
    return fail(ErrorCode::config_invalid, "has a network with a bad number of bits");
  return out;
}

Result<NetworkList> NetworkList::parse(std::string_view text) {
  NetworkList out;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view entry = trimmed(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
    if (entry.empty()) continue;
    WS_TRY(Network network, parse_one(entry));
    out.networks_.push_back(network);
  }
  return out;
}

bool NetworkList::contains(const Address& given) const {
  const Address address = folded(given);
  return std::ranges::any_of(networks_, [&](const Network& network) {
    if (network.address.is_v4() != address.is_v4()) return false;
    return address.is_v4() ? same_bits(address.to_v4().to_bytes(),
                                       network.address.to_v4().to_bytes(), network.bits)
                           : same_bits(address.to_v6().to_bytes(),
                                       network.address.to_v6().to_bytes(), network.bits);
  });
}

Address client_address(const Address& peer, std::string_view forwarded_for,
                       const NetworkList& trusted) {
  Address client = folded(peer);
  while (!forwarded_for.empty() && trusted.contains(client)) {
    const std::size_t comma = forwarded_for.rfind(',');
    const auto next = forwarded_address(
        comma == forwarded_for.npos ? forwarded_for : forwarded_for.substr(comma + 1));
    if (!next) return client;
    client = *next;
    forwarded_for = comma == forwarded_for.npos ? "" : forwarded_for.substr(0, comma);
  }
  return client;
}

std::string counting_name(const Address& address) {
  if (address.is_v4()) return address.to_string();
  auto bytes = address.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
  return boost::asio::ip::address_v6(bytes).to_string() + "/64";
}

bool is_local(const Address& address) {
  return folded(address).is_loopback();
}

}  // namespace wasphere::http
