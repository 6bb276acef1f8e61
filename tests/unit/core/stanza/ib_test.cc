#include "core/stanza/ib.h"

#include <catch2/catch.hpp>

#include "core/stanza/server.h"
#include "core/wire/node_codec.h"
#include "tests/unit/core/stanza/support.h"

namespace wasphere::stanza {
namespace {

using test::node;

template <class Event>
Event only(const wire::Node& sent) {
  auto received = wire::decode_node(wire::encode_node(sent));
  REQUIRE(received);
  auto events = parse_ib(*received);
  REQUIRE(events.size() == 1);
  REQUIRE(std::holds_alternative<Event>(events[0]));
  return std::get<Event>(events[0]);
}

TEST_CASE("the size and the end of the backlog") {
  OfflinePreview sent{17, 9, 4, 3, 1};
  auto preview = only<OfflinePreview>(build_offline_preview(sent));
  CHECK(preview.count == 17);
  CHECK(preview.messages == 9);
  CHECK(preview.receipts == 4);
  CHECK(preview.notifications == 3);
  CHECK(preview.appdata == 1);
  CHECK(only<OfflineDone>(build_offline(17)).count == 17);
}

TEST_CASE("routing information is taken as it is, unless it is empty or huge") {
  CHECK(only<EdgeRouting>(build_edge_routing(Bytes{1, 2, 3})).routing_info == Bytes{1, 2, 3});
  CHECK(parse_ib(build_edge_routing({})).empty());
  CHECK(parse_ib(build_edge_routing(Bytes(5000))).empty());
  CHECK(parse_ib(node("ib", {}, {node("edge_routing")})).empty());
}

TEST_CASE("dirty data, the end of this version, and a phone without multi-device") {
  auto dirty = only<Dirty>(build_dirty("groups", "1700000000"));
  CHECK(dirty.type == "groups");
  CHECK(dirty.timestamp == "1700000000");
  CHECK(only<ClientExpiration>(build_client_expiration(1800000000)).time == 1800000000);
  CHECK_FALSE(only<ClientExpiration>(build_client_expiration({})).time);
  only<DowngradeWebclient>(build_downgrade_webclient());
  CHECK(multidevice_off().kind == EndClass::multidevice_off);
  CHECK(multidevice_off().code == 411);
}

TEST_CASE("every known child counts, unknown ones do not, and other stanzas hold nothing") {
  wire::Node ib = node("ib", {},
                       {node("thread_metadata"), node("offline", {{"count", "2"}}), node("tos"),
                        node("downgrade_webclient")});
  auto events = parse_ib(ib);
  REQUIRE(events.size() == 2);
  CHECK(std::holds_alternative<OfflineDone>(events[0]));
  CHECK(std::holds_alternative<DowngradeWebclient>(events[1]));
  ib.tag = "iq";
  CHECK(parse_ib(ib).empty());
  CHECK(parse_ib(node("ib")).empty());
}

TEST_CASE("senseless numbers and words do no harm") {
  auto events = parse_ib(
      node("ib", {}, {node("offline_preview", {{"count", "-5"}, {"message", "99999999999"}})}));
  REQUIRE(events.size() == 1);
  CHECK(std::get<OfflinePreview>(events[0]).count == 0);
  CHECK(std::get<OfflinePreview>(events[0]).messages == 0);
  CHECK(parse_ib(node("ib", {}, {node("dirty")})).empty());
  CHECK(parse_ib(node("ib", {}, {node("dirty", {{"type", "\xff"}})})).empty());
  CHECK(parse_ib(node("ib", {}, {node("dirty", {{"type", "a"}, {"timestamp", "\x01"}})})).empty());
}

}  // namespace
}  // namespace wasphere::stanza
