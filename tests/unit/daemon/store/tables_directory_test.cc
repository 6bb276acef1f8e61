#include <catch2/catch.hpp>

#include "tests/unit/daemon/store/messaging_fixture.h"

namespace wasphere::store {

TEST_CASE("both addresses of a person, with the device") {
  MessagingDatabase t;
  auto& d = t.directory;
  CHECK_FALSE(d.lid_of("sess_a", jid(kAlicePhone)));
  CHECK(d.canonical("sess_a", jid(kAlicePhone)) == jid(kAlicePhone));
  CHECK(d.learn("sess_a", jid(kAlicePhone), jid(kAliceLid), false));
  CHECK_FALSE(d.learn("sess_a", jid(kAlicePhone), jid(kAliceLid), true));
  CHECK(d.lid_of("sess_a", jid("447700900001:5@s.whatsapp.net")) == jid("100200300:5@lid"));
  CHECK(d.phone_of("sess_a", jid("100200300:5@lid")) == jid("447700900001:5@s.whatsapp.net"));
  CHECK(d.canonical("sess_a", jid("447700900001:99@hosted")) == jid("100200300:99@hosted.lid"));
  CHECK(d.canonical("sess_a", jid(kAliceLid)) == jid(kAliceLid));
  CHECK(d.canonical("sess_a", jid(kGroup)) == jid(kGroup));
  CHECK_FALSE(d.lid_of("sess_b", jid(kAlicePhone)));
  CHECK_FALSE(d.phone_of("sess_a", jid(kAlicePhone)));
}

TEST_CASE("what is no pair of addresses is not learnt") {
  MessagingDatabase t;
  CHECK_FALSE(t.directory.learn("sess_a", jid(kAliceLid), jid(kAlicePhone), true));
  CHECK_FALSE(t.directory.learn("sess_a", jid(kAlicePhone), jid(kBobPhone), true));
  CHECK_FALSE(t.directory.learn("sess_a", jid(kGroup), jid(kAliceLid), true));
  CHECK(t.db().integer("SELECT count(*) FROM addresses") == 0);
}

TEST_CASE("a contradicting pair replaces both sides, where it may") {
  MessagingDatabase t;
  auto& d = t.directory;
  d.learn("sess_a", jid(kAlicePhone), jid(kAliceLid), false);
  d.learn("sess_a", jid(kBobPhone), jid(kBobLid), false);
  CHECK_FALSE(d.learn("sess_a", jid(kAlicePhone), jid(kBobLid), false));
  CHECK(d.lid_of("sess_a", jid(kAlicePhone)) == jid(kAliceLid));

  CHECK(d.learn("sess_a", jid(kAlicePhone), jid(kBobLid), true));
  CHECK(d.lid_of("sess_a", jid(kAlicePhone)) == jid(kBobLid));
  CHECK(d.phone_of("sess_a", jid(kBobLid)) == jid(kAlicePhone));
  CHECK_FALSE(d.lid_of("sess_a", jid(kBobPhone)));
  CHECK_FALSE(d.phone_of("sess_a", jid(kAliceLid)));
}

TEST_CASE("device lists, by either address, dropped when the address changes") {
  MessagingDatabase t;
  DeviceList list;
  list.user = jid(kAlicePhone);
  list.devices = {{0, std::nullopt, false}, {7, 3, false}, {99, 12, true}};
  list.hash = "2:abc";
  list.raw_id = 4'000'000'000;
  list.fetched_at = 5;
  t.directory.save_devices("sess_a", list);
  auto found = t.directory.devices("sess_a", jid(kAlicePhone));
  REQUIRE(found);
  REQUIRE(found->devices.size() == 3);
  CHECK_FALSE(found->devices[0].key_index);
  CHECK(found->devices[1].device == 7);
  CHECK(found->devices[1].key_index == 3U);
  CHECK(found->devices[2].hosted);
  CHECK(found->raw_id == 4'000'000'000);
  CHECK(found->hash == "2:abc");

  t.directory.learn("sess_a", jid(kAlicePhone), jid(kAliceLid), true);
  CHECK_FALSE(t.directory.devices("sess_a", jid(kAlicePhone)));
  t.directory.save_devices("sess_a", list);
  CHECK(t.directory.devices("sess_a", jid(kAliceLid))->user == jid(kAliceLid));
  t.directory.drop_devices("sess_a", jid(kAlicePhone));
  CHECK_FALSE(t.directory.devices("sess_a", jid(kAliceLid)));
}

TEST_CASE("a device list that was tampered with is an error") {
  MessagingDatabase t;
  DeviceList list;
  list.user = jid(kAliceLid);
  t.directory.save_devices("sess_a", list);
  CHECK(t.directory.devices("sess_a", jid(kAliceLid))->devices.empty());
  t.db().run("UPDATE device_lists SET devices = '7:x'");
  CHECK(failure_of([&] { t.directory.devices("sess_a", jid(kAliceLid)); }) ==
        ErrorCode::storage_corrupt);
}

TEST_CASE("names and tokens follow a person to the LID") {
  MessagingDatabase t;
  auto& d = t.directory;
  const Bytes token{1, 2, 3};
  CHECK(d.push_name("sess_a", jid(kAlicePhone)).empty());
  d.save_push_name("sess_a", jid(kAlicePhone), "Alice");
  d.save_received_token("sess_a", jid(kAlicePhone), token, 100);
  d.save_issued_token("sess_a", jid(kAlicePhone), 90);
  d.learn("sess_a", jid(kAlicePhone), jid(kAliceLid), false);
  CHECK(d.push_name("sess_a", jid(kAliceLid)) == "Alice");
  CHECK(d.push_name("sess_a", jid(kAlicePhone)) == "Alice");
  auto tokens = d.tokens("sess_a", jid("100200300:4@lid"));
  REQUIRE(tokens);
  CHECK(tokens->received == token);
  CHECK(tokens->received_s == 100);
  CHECK(tokens->issued_s == 90);

  d.save_received_token("sess_a", jid(kAliceLid), Bytes{9}, 50);  // older: not taken
  CHECK(d.tokens("sess_a", jid(kAliceLid))->received == token);
  d.save_received_token("sess_a", jid(kAliceLid), Bytes{9}, 150);
  CHECK(d.tokens("sess_a", jid(kAliceLid))->received == Bytes{9});
  CHECK_FALSE(d.tokens("sess_a", jid(kBobLid)));
}

TEST_CASE("messages and the queue keep one name for a chat when its LID is learnt") {
  MessagingDatabase t;
  auto incoming = t.message("M1", kAlicePhone);
  REQUIRE(t.messages.insert(incoming));
  t.enqueue(t.queued("Q1", kAlicePhone));
  t.directory.learn("sess_a", jid(kAlicePhone), jid(kAliceLid), false);
  auto moved = t.messages.find_in_chat("sess_a", kAliceLid, "M1");
  REQUIRE(moved);
  CHECK(moved->chat_phone == kAlicePhone);
  CHECK(moved->sender == kAliceLid);
  CHECK(moved->sender_phone == kAlicePhone);
  CHECK(t.messages.find_in_chat("sess_a", kAlicePhone, "M1"));
  CHECK_FALSE(t.messages.insert(t.message("M1", kAliceLid)));  // the same message, told twice
  auto query = query_of("sess_a");
  query.chat = kAlicePhone;
  CHECK(t.messages.list(query).rows.size() == 1);
  auto waits = t.outbox.find("sess_a", "Q1");
  waits->not_before = 1000;
  waits->attempts = 1;
  t.outbox.update(*waits);
  t.enqueue(t.queued("Q2", kAliceLid));
  CHECK(t.outbox.due("sess_a", 500, 10).empty());  // the same chat, so it does not overtake
}

TEST_CASE("a member of a group is one person in listings, whichever address he was known by") {
  MessagingDatabase t;
  const auto in_group = [&](const std::string& id, const char* sender, const char* phone) {
    auto row = t.message(id, kGroup);
    row.sender = sender;
    row.sender_phone = phone;
    REQUIRE(t.messages.insert(row));
  };
  in_group("M1", kAlicePhone, "");  // before her LID was learnt
  in_group("M2", kAliceLid, "");    // or her number
  in_group("M3", kAliceLid, kAlicePhone);
  in_group("M4", kBobLid, kBobPhone);
  t.directory.learn("sess_a", jid(kAlicePhone), jid(kAliceLid), true);
  for (const char* address : {kAlicePhone, kAliceLid}) {
    auto query = query_of("sess_a");
    query.sender = address;
    CHECK(t.messages.list(query).rows.size() == 3);
    query.chat = kGroup;
    CHECK(t.messages.list(query).rows.size() == 3);
    query.search = "text";
    CHECK(t.messages.list(query).rows.size() == 3);
  }
  auto query = query_of("sess_a");
  query.sender = kBobPhone;
  CHECK(t.messages.list(query).rows.size() == 1);
}

TEST_CASE("groups are kept whole") {
  MessagingDatabase t;
  stanza::GroupInfo info;
  info.jid = jid(kGroup);
  info.subject = "Ops \xF0\x9F\x9A\x80";
  info.created = 1'700'000'000;
  info.creator = kAliceLid;
  info.description = "two\nlines";
  info.mode = stanza::AddressingMode::pn;
  info.announce = true;
  info.ephemeral_s = 86400;
  info.members = {{jid(kAlicePhone), jid(kAlicePhone), jid(kAliceLid), "superadmin"},
                  {jid(kBobPhone), std::nullopt, std::nullopt, ""}};
  t.directory.save_group("sess_a", info, 42);
  auto found = t.directory.group("sess_a", jid(kGroup));
  REQUIRE(found);
  CHECK(found->fetched_at == 42);
  CHECK_FALSE(found->stale);
  CHECK(found->info.subject == info.subject);
  CHECK(found->info.description == info.description);
  CHECK(found->info.mode == stanza::AddressingMode::pn);
  CHECK(found->info.announce);
  CHECK_FALSE(found->info.locked);
  REQUIRE(found->info.members.size() == 2);
  CHECK(found->info.members[0].lid == jid(kAliceLid));
  CHECK(found->info.members[0].role == "superadmin");
  CHECK_FALSE(found->info.members[1].phone);
  CHECK(found->info.members[1].role.empty());

  t.directory.mark_group_stale("sess_a", jid(kGroup));
  CHECK(t.directory.group("sess_a", jid(kGroup))->stale);
  info.members.pop_back();
  t.directory.save_group("sess_a", info, 43);
  CHECK_FALSE(t.directory.group("sess_a", jid(kGroup))->stale);
  CHECK(t.directory.groups("sess_a").size() == 1);
  CHECK(t.directory.groups("sess_b").empty());
  t.directory.remove_group("sess_a", jid(kGroup));
  CHECK_FALSE(t.directory.group("sess_a", jid(kGroup)));
}

}  // namespace wasphere::store
