#include "core/util/network.h"

#include <catch2/catch.hpp>

namespace wasphere {

TEST_CASE("networks hold their addresses and no others") {
  struct Row {
    const char* network;
    const char* in;
    const char* out;
  };
  for (const Row& row :
       {Row{"10.0.0.0/8", "10.255.0.1", "11.0.0.0"},
        Row{"192.168.1.7", "192.168.1.7", "192.168.1.8"},
        Row{"172.16.0.0/12", "172.31.255.255", "172.32.0.0"},
        Row{"0.0.0.0/0", "203.0.113.1", "::1"}, Row{"fc00::/7", "fdff::1", "fe00::"},
        Row{"::1", "::1", "::2"}, Row{"::ffff:0:0/96", "::ffff:10.0.0.1", "10.0.0.1"}}) {
    INFO(row.network);
    const auto network = parse_network(row.network);
    REQUIRE(network);
    CHECK(network->contains(parse_ip(row.in).value()));
    CHECK_FALSE(network->contains(parse_ip(row.out).value()));
  }
}

TEST_CASE("what is no network is refused") {
  for (const char* text : {"", "10.0.0.0/33", "10.0.0.1/8", "10.0.0/8", "::/129", "[::1]", "a.b",
                           "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8", "fe80::1%lo", " 10.0.0.1"}) {
    INFO(text);
    CHECK_FALSE(parse_network(text));
  }
  CHECK_FALSE(parse_ip(std::string_view("10.0.0.1\0x", 10)));
}

TEST_CASE("a list of networks names its bad member") {
  auto list = parse_networks(" 10.0.0.0/8 , ::1 ");
  REQUIRE(list);
  CHECK(list->size() == 2);
  CHECK(any_contains(*list, *parse_ip("::1")));
  CHECK(parse_networks("")->empty());
  auto bad = parse_networks("10.0.0.0/8,localhost");
  REQUIRE_FALSE(bad);
  CHECK(bad.error().code == ErrorCode::config_invalid);
  CHECK(bad.error().message.find("localhost") != std::string::npos);
}

}  // namespace wasphere
