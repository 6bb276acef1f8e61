// What the server tells about people, devices and groups.
#include <catch2/catch.hpp>

#include "tests/unit/daemon/messaging/receive_world.h"

namespace wasphere::test::receiving {
namespace {

const std::string kSam = "200000000000000:2@lid";
const std::string kSamUser = "200000000000000@lid";
const std::string kEve = "300000000000000@lid";
const std::string kGroup = "120363000000000001@g.us";

wire::Jid jid(const std::string& text) {
  return wire::Jid::parse(text).value();
}

wire::Node notification(const std::string& type, const std::string& from, wire::Nodes children) {
  wire::Node out{"notification", {{"id", "N1"}, {"type", type}, {"from", jid(from)}}, {}};
  out.set("t", "1779704400");
  out.content = std::move(children);
  return out;
}

wire::Node members(const std::string& what, const std::string& member) {
  wire::Nodes list{{"participant", {{"jid", jid(member)}}, {}}};
  return {what, {}, std::move(list)};
}

TEST_CASE("a device that was removed loses its session and its marks", "[notification]") {
  ReceiveWorld world;
  Peer sam = world.meet(kSam);
  REQUIRE(world.deliver(sam.says("A1", "hello")));
  world.in_store([&](store::Tx& tx) -> Status {
    tx.signal.add_holders(world.id(), jid(kGroup), {sam.jid});
    store::DeviceList list;
    list.user = jid(kSamUser);
    list.devices = {{0, {}, false}, {2, 1, false}};
    tx.directory.save_devices(world.id(), list);
    return {};
  });
  world.line->take();
  wire::Nodes devices{{"device", {{"jid", sam.jid}}, {}}};
  REQUIRE(world.notify(
      notification("devices", kSamUser, {wire::Node{"remove", {}, std::move(devices)}})));
  CHECK(world.read([&](store::Tx& tx) {
    return tx.signal.session(world.id(), sam.jid).empty() &&
           tx.signal.holders(world.id(), jid(kGroup)).empty() &&
           !tx.directory.devices(world.id(), jid(kSamUser));
  }));
  const auto sent = world.line->take_outlines();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].starts_with("ack id=N1"));
}

TEST_CASE("a new identity puts sessions aside, once", "[notification]") {
  ReceiveWorld world;
  Peer sam = world.meet(kSam);
  REQUIRE(world.deliver(sam.says("A1", "hello")));
  sam.read(world.write_to(sam.jid, Peer::text("hi")));
  world.events();
  const auto news = notification("encrypt", kSamUser, {wire::Node{"identity", {}, {}}});
  REQUIRE(world.notify(news));
  REQUIRE(world.notify(news));
  CHECK(world.events() == Lines{"identity " + kSamUser});
  // What was under way still opens.
  REQUIRE(world.deliver(sam.says("A2", "late")));
  CHECK(world.events().size() == 1);
}

TEST_CASE("somebody leaves a group: a new key for those who stay", "[notification]") {
  ReceiveWorld world;
  stanza::GroupInfo info;
  info.jid = jid(kGroup);
  info.subject = "Team";
  info.members = {{jid(kSamUser), {}, {}, "admin"}, {jid(kEve), {}, {}, ""}};
  const auto own = jid(std::string(kOwnLid) + ":5@lid");
  world.in_store([&](store::Tx& tx) -> Status {
    tx.directory.save_group(world.id(), info, 1);
    tx.signal.save_sender_key(world.id(), info.jid, own, signal::new_sender_key(world.rng));
    tx.signal.add_holders(world.id(), info.jid, {jid(kSam)});
    return {};
  });
  REQUIRE(world.notify(notification("w:gp2", kGroup, {members("remove", kEve)})));
  CHECK(world.events() == Lines{"members of " + kGroup + " remove " + kEve});
  const auto group =
      world.read([&](store::Tx& tx) { return tx.directory.group(world.id(), info.jid); });
  REQUIRE(group);
  CHECK(group->info.members.size() == 1);
  CHECK(group->stale);
  CHECK(world.read([&](store::Tx& tx) {
    return tx.signal.sender_key(world.id(), info.jid, own).empty() &&
           tx.signal.holders(world.id(), info.jid).empty();
  }));
}

TEST_CASE("a group gets a new subject, members and roles", "[notification]") {
  ReceiveWorld world;
  wire::Node subject{"subject", {{"subject", "Lunch"}}, {}};
  REQUIRE(world.notify(notification("w:gp2", kGroup, {subject})));
  REQUIRE(world.notify(notification("w:gp2", kGroup, {members("add", kSamUser)})));
  REQUIRE(world.notify(notification("w:gp2", kGroup, {members("promote", kSamUser)})));
  CHECK(world.events() == Lines{"group " + kGroup + " subject",
                                "members of " + kGroup + " add " + kSamUser,
                                "members of " + kGroup + " promote " + kSamUser});
}

TEST_CASE("a new number of a known person moves what we have", "[notification]") {
  ReceiveWorld world;
  wire::Node modify{"modify", {{"old", jid("447700900111@s.whatsapp.net")}}, {}};
  modify.set("new", jid("447700900222@s.whatsapp.net"));
  modify.set("new_lid", jid(kSamUser));
  REQUIRE(world.notify(notification("contacts", "447700900111@s.whatsapp.net", {modify})));
  const auto phone =
      world.read([&](store::Tx& tx) { return tx.directory.phone_of(world.id(), jid(kSamUser)); });
  REQUIRE(phone);
  CHECK(phone->user == "447700900222");
}

TEST_CASE("a notification of another kind is left to others, unacknowledged", "[notification]") {
  ReceiveWorld world;
  CHECK_FALSE(world.notify(notification("picture", kSamUser, {})));
  CHECK(world.line->take().empty());
}

}  // namespace
}  // namespace wasphere::test::receiving
