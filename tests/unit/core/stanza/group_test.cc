#include "core/stanza/group.h"

#include <catch2/catch.hpp>

#include "tests/unit/core/stanza/message_fixture.h"

namespace wasphere::stanza {
namespace {

using test::kAnnLid;
using test::kAnnPn;
using test::kGroup;
using test::kOwnLid;
using test::node;

const wire::Jid kAnn = kAnnLid.without_device();
const wire::Jid kAnnNumber = kAnnPn.without_device();

GroupInfo full() {
  GroupInfo out;
  out.jid = kGroup;
  out.subject = "Friends ☕";
  out.created = 1700000000;
  out.creator = kAnn.to_string();
  out.description = "About us";
  out.announce = true;
  out.locked = true;
  out.ephemeral_s = 86400;
  out.members = {{kAnn, kAnnNumber, kAnn, "superadmin"},
                 {kOwnLid.without_device(), {}, kOwnLid.without_device(), ""}};
  return out;
}

wire::Node result(wire::Nodes children) {
  return node("iq", {{"type", "result"}}, std::move(children));
}

void check_same(const GroupInfo& a, const GroupInfo& b) {
  CHECK(a.jid == b.jid);
  CHECK(a.subject == b.subject);
  CHECK(a.created == b.created);
  CHECK(a.creator == b.creator);
  CHECK(a.description == b.description);
  CHECK(a.mode == b.mode);
  CHECK(a.announce == b.announce);
  CHECK(a.locked == b.locked);
  CHECK(a.ephemeral_s == b.ephemeral_s);
  REQUIRE(a.members.size() == b.members.size());
  for (std::size_t i = 0; i < a.members.size(); ++i) {
    CHECK(a.members[i].jid == b.members[i].jid);
    CHECK(a.members[i].phone == b.members[i].phone);
    CHECK(a.members[i].lid == b.members[i].lid);
    CHECK(a.members[i].role == b.members[i].role);
  }
}

TEST_CASE("a group arrives as it was built, alone and among others") {
  GroupInfo group = full();
  auto one = parse_group_answer(test::over_the_wire(result({build_group(group)})));
  REQUIRE(one);
  check_same(*one, group);
  GroupInfo plain;
  plain.jid = {"447700900123-1400000000", "g.us"};
  plain.mode = AddressingMode::pn;
  plain.members = {{kAnnNumber, kAnnNumber, kAnn, "admin"}};
  auto all = parse_groups_answer(
      result({node("groups", {}, {build_group(group), node("group"), build_group(plain)})}));
  REQUIRE(all);
  REQUIRE(all->size() == 2);  // the one without id is left out
  check_same((*all)[1], plain);
}

TEST_CASE("a group's id comes with and without its server") {
  for (const char* id : {"120363000000000000", "120363000000000000@g.us"})
    CHECK(parse_group(node("group", {{"id", id}}))->jid == kGroup);
  for (const char* id : {"", "1@s.whatsapp.net", "a b", "@g.us"}) {
    CAPTURE(id);
    CHECK_FALSE(parse_group(node("group", {{"id", id}})));
  }
}

TEST_CASE("the mode is the stated one; members tell it only if nothing is stated") {
  wire::Node group = node("group", {{"id", "1"}}, {node("participant", {{"jid", kAnn}})});
  CHECK(parse_group(group)->mode == AddressingMode::lid);
  group.set("addressing_mode", "pn");
  CHECK(parse_group(group)->mode == AddressingMode::pn);
  CHECK(parse_group(node("group", {{"id", "1"}}))->mode == AddressingMode::pn);
}

TEST_CASE("members that failed or are no addresses are left out") {
  auto group = parse_group(
      node("group", {{"id", "1"}},
           {node("participant", {{"jid", kAnn}, {"error", "200"}, {"type", "owner"}}),
            node("participant", {{"jid", kOwnLid}, {"error", "403"}}), node("participant"),
            node("participant", {{"jid", wire::Jid::server_only()}})}));
  REQUIRE(group);
  REQUIRE(group->members.size() == 1);
  CHECK(group->members[0].role.empty());
}

TEST_CASE("texts that are no UTF-8 are dropped") {
  auto group = parse_group(node("group", {{"id", "1"}, {"subject", "\xC3\x28"}}));
  REQUIRE(group);
  CHECK(group->subject.empty());
}

TEST_CASE("requests go to the group, or to all groups") {
  CHECK(group_query("9", kGroup).jid("to") == kGroup);
  CHECK(group_query("9", kGroup).child("query")->attr("request") == "interactive");
  wire::Node all = groups_query("9");
  CHECK(all.jid("to") == wire::Jid::server_only("g.us"));
  CHECK(all.child("participating")->child("participants") != nullptr);
  wire::Node create = group_create("9", "Friends", {kAnnLid}, "K1");
  CHECK(create.attr("xmlns") == "w:g2");
  CHECK(create.child("create")->attr("subject") == "Friends");
  CHECK(create.child("create")->attr("key") == "K1");
  CHECK(create.child("create")->child("participant")->jid("jid") == kAnn);
  CHECK(group_leave("9", kGroup).child("leave")->child("group")->jid("id") == kGroup);
  wire::Node remove = group_participants("9", kGroup, "remove", {kAnn});
  CHECK(remove.jid("to") == kGroup);
  CHECK(remove.child("remove")->child("participant")->jid("jid") == kAnn);
}

TEST_CASE("what became of each member is told") {
  auto out = parse_member_outcomes(
      result({node("add", {},
                   {node("participant", {{"jid", kAnn}, {"error", "403"}}),
                    node("participant", {{"jid", kOwnLid}}),
                    node("participant", {{"jid", kAnn}, {"error", "odd"}})})}));
  REQUIRE(out);
  REQUIRE(out->size() == 3);
  CHECK((*out)[0].error == 403);
  CHECK((*out)[1].error == 0);
  CHECK((*out)[2].error == 500);
  CHECK_FALSE(parse_member_outcomes(node("iq", {{"type", "error"}})));
}

TEST_CASE("answers without a group are refused") {
  CHECK_FALSE(parse_group_answer(result({})));
  CHECK_FALSE(parse_groups_answer(result({})));
  CHECK_FALSE(parse_group_answer(node("iq", {{"type", "error"}})));
}

GroupChanged changed(std::string what) {
  GroupChanged out;
  out.group = kGroup;
  out.author = kAnn;
  out.author_phone = kAnnNumber;
  out.what = std::move(what);
  out.time = 17;
  return out;
}

GroupChanged round_trip(const GroupChanged& change) {
  auto node = test::over_the_wire(build_group_notification("1", change, AddressingMode::lid));
  auto out = parse_group_changed(node);
  REQUIRE(out);
  CHECK(out->group == kGroup);
  CHECK(out->author == change.author);
  CHECK(out->author_phone == change.author_phone);
  CHECK(out->what == change.what);
  CHECK(out->time == 17);
  return *out;
}

TEST_CASE("changes of a group arrive as they were told") {
  GroupChanged add = changed("add");
  add.participants = full().members;
  GroupChanged added = round_trip(add);
  CHECK(added.members == std::vector<wire::Jid>{kAnn, kOwnLid.without_device()});
  CHECK(added.participants[0].phone == kAnnNumber);
  GroupChanged subject = changed("subject");
  subject.subject = "New ☕";
  CHECK(round_trip(subject).subject == "New ☕");
  GroupChanged create = changed("create");
  create.created = full();
  create.key = "K1";
  GroupChanged created = round_trip(create);
  REQUIRE(created.created);
  check_same(*created.created, full());
  CHECK(created.key == "K1");
  GroupChanged described = changed("description");
  described.description = "About";
  CHECK(round_trip(described).description == "About");
  CHECK(round_trip(changed("description")).description.empty());
  GroupChanged timer = changed("ephemeral");
  timer.ephemeral_s = 604800;
  CHECK(round_trip(timer).ephemeral_s == 604800);
  CHECK(round_trip(changed("announcement")).members.empty());
}

TEST_CASE("every change of one notification is told, other notifications have none") {
  wire::Node both = node("notification", {{"type", "w:gp2"}, {"from", kGroup}},
                         {node("locked"), node("announcement")});
  auto out = parse_group_changes(both);
  REQUIRE(out.size() == 2);
  CHECK(out[1].what == "announcement");
  CHECK_FALSE(out[1].author);
  both.set("type", "devices");
  CHECK(parse_group_changes(both).empty());
  CHECK_FALSE(parse_group_changed(node("notification", {{"type", "w:gp2"}, {"from", kGroup}})));
  CHECK_FALSE(parse_group_changed(node("notification", {{"type", "w:gp2"}}, {node("add")})));
}

}  // namespace
}  // namespace wasphere::stanza
