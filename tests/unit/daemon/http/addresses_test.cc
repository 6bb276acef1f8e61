#include "daemon/http/addresses.h"

#include <catch2/catch.hpp>

namespace wasphere::http {
namespace {

Address address(const char* text) {
  return boost::asio::ip::make_address(text);
}

NetworkList networks(const char* text) {
  return NetworkList::parse(text).value();
}

std::string client(const char* peer, const char* forwarded, const char* trusted) {
  return client_address(address(peer), forwarded, networks(trusted)).to_string();
}

}  // namespace

TEST_CASE("networks contain what their bits say", "[addresses]") {
  const auto list = networks("10.0.0.0/8, 192.168.1.128/25,::1, 2001:db8::/33");
  for (const char* inside :
       {"10.255.0.1", "192.168.1.200", "::1", "2001:db8:7fff::1", "::ffff:10.1.2.3"})
    CHECK(list.contains(address(inside)));
  for (const char* outside : {"11.0.0.0", "192.168.1.127", "::2", "2001:db8:8000::", "127.0.0.1"})
    CHECK(!list.contains(address(outside)));
  CHECK(networks("0.0.0.0/0").contains(address("8.8.8.8")));
  CHECK(!networks("0.0.0.0/0").contains(address("2001::1")));
}

TEST_CASE("what is no list of networks is refused", "[addresses]") {
  for (const char* text : {"x", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "::1/129", "1.2.3"})
    CHECK(!NetworkList::parse(text));
  CHECK(NetworkList::parse("")->empty());
}

TEST_CASE("only a trusted proxy is believed, and only its own entry", "[addresses]") {
  CHECK(client("203.0.113.7", "1.1.1.1", "127.0.0.0/8") == "203.0.113.7");
  CHECK(client("127.0.0.1", "1.1.1.1", "") == "127.0.0.1");
  CHECK(client("127.0.0.1", "1.1.1.1", "127.0.0.0/8") == "1.1.1.1");
  // The left part was sent by the client itself.
  CHECK(client("127.0.0.1", "9.9.9.9, 1.1.1.1", "127.0.0.0/8") == "1.1.1.1");
  CHECK(client("127.0.0.1", "9.9.9.9, 1.1.1.1, 10.0.0.1", "127.0.0.0/8,10.0.0.0/8") == "1.1.1.1");
  CHECK(client("127.0.0.1", "nonsense", "127.0.0.0/8") == "127.0.0.1");
  CHECK(client("127.0.0.1", "1.2.3.4:567", "127.0.0.0/8") == "1.2.3.4");
  CHECK(client("127.0.0.1", "[2001:db8::1]:567", "127.0.0.0/8") == "2001:db8::1");
}

TEST_CASE("a site of IPv6 counts as one, IPv4 inside IPv6 as IPv4", "[addresses]") {
  CHECK(counting_name(address("2001:db8:1:2:3::4")) == counting_name(address("2001:db8:1:2::9")));
  CHECK(counting_name(address("2001:db8:1:2::")) != counting_name(address("2001:db8:1:3::")));
  CHECK(counting_name(address("1.2.3.4")) == "1.2.3.4");
  CHECK(is_local(address("::ffff:127.0.0.1")));
  CHECK(!is_local(address("10.0.0.1")));
}

}  // namespace wasphere::http
