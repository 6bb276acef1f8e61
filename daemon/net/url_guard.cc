#include "daemon/net/url_guard.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

namespace wasphere::net {
namespace {

// Loopback, private, link-local, shared, documentation, benchmark, relay, multicast and reserved
// networks (RFC 6890 and its followers), and the address that clouds keep their metadata at.
constexpr std::array<std::string_view, 33> kDenied{"0.0.0.0/8",
                                                   "10.0.0.0/8",
                                                   "100.64.0.0/10",
                                                   "100.100.100.200",
                                                   "127.0.0.0/8",
                                                   "169.254.0.0/16",
                                                   "172.16.0.0/12",
                                                   "192.0.0.0/24",
                                                   "192.0.2.0/24",
                                                   "192.88.99.0/24",
                                                   "192.168.0.0/16",
                                                   "198.18.0.0/15",
                                                   "198.51.100.0/24",
                                                   "203.0.113.0/24",
                                                   "224.0.0.0/4",
                                                   "240.0.0.0/4",
                                                   "255.255.255.255",
                                                   "::",
                                                   "::1",
                                                   "::/96",
                                                   "::ffff:0:0/96",
                                                   "64:ff9b::/96",
                                                   "64:ff9b:1::/48",
                                                   "100::/64",
                                                   "2001::/32",
                                                   "2001:db8::/32",
                                                   "2002::/16",
                                                   "3fff::/20",
                                                   "5f00::/16",
                                                   "fc00::/7",
                                                   "fe80::/10",
                                                   "fec0::/10",
                                                   "ff00::/8"};

const std::vector<IpNetwork>& denied() {
  static const std::vector<IpNetwork> networks = [] {
    std::vector<IpNetwork> out;
    for (const std::string_view text : kDenied) out.push_back(parse_network(text).value());
    return out;
  }();
  return networks;
}

struct UrlCloser {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, UrlCloser>;

std::string part(const Url& url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.get(), which, &text, flags) != CURLUE_OK) return {};
  std::string out(text);
  curl_free(text);
  return out;
}

tl::unexpected<Error> refuse(std::string predicate) {
  return fail(ErrorCode::validation_failed, std::move(predicate));
}

bool printable_ascii(const std::string& text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

tl::unexpected<Error> block(const std::string& why) {
  return fail(ErrorCode::ssrf_blocked, "the destination is not allowed: " + why);
}

}  // namespace

Result<UrlTarget> parse_http_url(const std::string& text) {
  constexpr std::size_t kLongest = 2048;
  if (text.size() > kLongest || !printable_ascii(text) || text.find('\\') != std::string::npos)
    return refuse("must be at most 2048 printable ASCII characters without a backslash");
  Url url(curl_url());
  if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK)
    return refuse("must be an absolute http or https URL");
  UrlTarget out;
  const std::string scheme = part(url, CURLUPART_SCHEME);
  out.https = scheme == "https";
  if (!out.https && scheme != "http") return refuse("must be an absolute http or https URL");
  if (!part(url, CURLUPART_USER).empty() || !part(url, CURLUPART_PASSWORD).empty())
    return refuse("must not hold a user name or password");
  out.host = lower(part(url, CURLUPART_HOST));
  if (out.host.starts_with('[')) out.host = out.host.substr(1, out.host.size() - 2);
  const std::string port = part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  std::from_chars(port.data(), port.data() + port.size(), out.port);
  if (out.host.empty() || out.port == 0) return refuse("must name a host and a valid port");
  return out;
}

bool UrlGuard::allowed(const IpAddress& address) const {
  return any_contains(options_.allow, address);
}

Result<std::vector<std::string>> UrlGuard::admit(const UrlTarget& target,
                                                 const std::vector<std::string>& addresses) const {
  std::vector<std::string> out;
  bool all_private = true;
  for (const std::string& text : addresses) {
    const auto address = parse_ip(text);
    if (!address) return block(text + " is no address");
    const bool listed = allowed(*address);
    if (!listed && any_contains(denied(), *address)) return block(text);
    if (!listed && !address->v4 && !options_.allow_ipv6) continue;
    all_private = all_private && listed;
    out.push_back(text);
  }
  if (out.empty()) return block("only IPv6 addresses, and ssrf.allow_ipv6 is off");
  if (!target.https && !all_private) return block("plain http outside of ssrf.allow_cidrs");
  return out;
}

}  // namespace wasphere::net
