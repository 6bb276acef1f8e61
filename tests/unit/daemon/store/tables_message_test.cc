#include <catch2/catch.hpp>

#include "tests/unit/daemon/store/messaging_fixture.h"

namespace wasphere::store {
namespace {

std::vector<std::string> ids(const MessagePage& page) {
  std::vector<std::string> out;
  for (const auto& row : page.rows) out.push_back(row.id);
  return out;
}
using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("a message is found by its id and by its chat, with its secrets opened") {
  MessagingDatabase t;
  auto row = t.message("M1");
  row.secret = Bytes(32, 7);
  row.payload = to_bytes(as_bytes("payload"));
  REQUIRE(t.messages.insert(row));
  t.commit();
  auto found = t.messages.find("sess_a", "M1");
  REQUIRE(found);
  CHECK(found->chat == kAliceLid);
  CHECK(found->content == row.content);
  CHECK(found->secret == row.secret);
  CHECK(found->payload == row.payload);
  CHECK(t.messages.find_in_chat("sess_a", kAliceLid, "M1"));
  CHECK_FALSE(t.messages.find_in_chat("sess_a", "1@lid", "M1"));
  CHECK_FALSE(t.messages.find("sess_b", "M1"));
  auto listed = t.messages.list(query_of("sess_a"));
  CHECK(listed.rows.front().secret.empty());
  t.devices.wipe("sess_a");
  t.keys().destroy("sess_a");
  found = t.messages.find("sess_a", "M1");
  REQUIRE(found);  // the history outlives the credentials, its secrets do not
  CHECK(found->text == "text M1");
  CHECK(found->secret.empty());
}

TEST_CASE("a message is stored once, and a placeholder gives way in its place") {
  MessagingDatabase t;
  auto row = t.message("M1");
  row.status = MessageStatus::undecryptable;
  row.text = "waiting";
  REQUIRE(t.messages.insert(row));
  CHECK_FALSE(t.messages.insert(row));  // another copy that cannot be read says nothing new
  REQUIRE(t.messages.insert(t.message("M2")));
  REQUIRE(t.messages.insert(t.message("M1")));
  CHECK_FALSE(t.messages.insert(t.message("M1")));
  CHECK_FALSE(t.messages.insert(row));
  auto page = t.messages.list(query_of("sess_a"));
  CHECK(ids(page) == Ids{"M2", "M1"});
  CHECK(page.rows[1].status == MessageStatus::received);
  auto query = query_of("sess_a");
  query.search = "M1 text";
  CHECK(ids(t.messages.list(query)) == Ids{"M1"});
  query.search = "waiting";
  CHECK(t.messages.list(query).rows.empty());
  CHECK(t.db().integer("SELECT sum(bytes) FROM messages") ==
        t.db().integer("SELECT sum(bytes) FROM message_totals"));
}

TEST_CASE("the same id of another sender, chat or session is another message") {
  MessagingDatabase t;
  CHECK(t.messages.insert(t.message("M1")));
  CHECK(t.messages.insert(t.message("M1", kBobLid)));
  auto in_group = t.message("M1", kGroup);
  in_group.sender = kAliceLid;
  CHECK(t.messages.insert(in_group));
  in_group.sender = kBobLid;
  CHECK(t.messages.insert(in_group));
  auto other = t.message("M1");
  other.session_id = "sess_b";
  CHECK(t.messages.insert(other));
  CHECK(t.messages.find("sess_a", "M1")->sender == kBobLid);  // the newest
}

TEST_CASE("an outgoing message only moves forward") {
  MessagingDatabase t;
  auto advance = [&](MessageStatus status, std::int64_t time) {
    return t.messages.advance("sess_a", "M1", status, time);
  };
  CHECK_FALSE(advance(MessageStatus::sent, 5));
  auto row = t.own_message("M1");
  row.secret = Bytes(32, 1);
  REQUIRE(t.messages.insert(row));
  CHECK(advance(MessageStatus::sending, 10)->status == MessageStatus::sending);
  CHECK_FALSE(advance(MessageStatus::sending, 11));
  CHECK_FALSE(advance(MessageStatus::queued, 11));
  auto sent = advance(MessageStatus::sent, 20);
  REQUIRE(sent);
  CHECK(sent->sent_at == 20);
  CHECK(sent->time == 20);
  CHECK_FALSE(advance(MessageStatus::cancelled, 21));
  CHECK_FALSE(advance(MessageStatus::expired, 21));
  CHECK_FALSE(t.messages.fail("sess_a", "M1", "late", 0, 21));
  CHECK(advance(MessageStatus::read, 40)->read_at == 40);
  CHECK_FALSE(advance(MessageStatus::delivered, 41));
  CHECK(advance(MessageStatus::played, 50)->played_at == 50);
  auto found = t.messages.find("sess_a", "M1");
  CHECK(found->status == MessageStatus::played);
  CHECK(found->sent_at == 20);
  CHECK(found->read_at == 40);
  CHECK(found->secret == row.secret);
}

TEST_CASE("an end is an end") {
  MessagingDatabase t;
  REQUIRE(t.messages.insert(t.own_message("M1")));
  auto failed = t.messages.fail("sess_a", "M1", "not on WhatsApp", 404, 9);
  REQUIRE(failed);
  CHECK(failed->status == MessageStatus::failed);
  CHECK(failed->error_code == 404);
  CHECK(t.messages.find("sess_a", "M1")->error == "not on WhatsApp");
  CHECK(t.messages.traces("sess_a", "M1").back().detail == "not on WhatsApp");
  for (auto status : {MessageStatus::sending, MessageStatus::sent, MessageStatus::cancelled})
    CHECK_FALSE(t.messages.advance("sess_a", "M1", status, 10));
  REQUIRE(t.messages.insert(t.own_message("M2")));
  CHECK(t.messages.advance("sess_a", "M2", MessageStatus::cancelled, 10));
  CHECK_FALSE(t.messages.fail("sess_a", "M2", "x", 1, 11));
}

TEST_CASE("receipts change outgoing messages only") {
  MessagingDatabase t;
  REQUIRE(t.messages.insert(t.message("M1")));
  CHECK_FALSE(t.messages.advance("sess_a", "M1", MessageStatus::read, 5));
  CHECK(may_follow(MessageStatus::queued, MessageStatus::read));
  CHECK_FALSE(may_follow(MessageStatus::received, MessageStatus::read));
  CHECK_FALSE(may_follow(MessageStatus::queued, MessageStatus::received));
}

TEST_CASE("every status has a name of its own") {
  for (int i = 0; i <= static_cast<int>(MessageStatus::undecryptable); ++i) {
    const auto status = static_cast<MessageStatus>(i);
    CHECK(message_status_from_name(message_status_name(status)) == status);
  }
  CHECK_FALSE(message_status_from_name("lost"));
}

TEST_CASE("receipts of readers count once each") {
  MessagingDatabase t;
  auto add = [&](const char* reader, MessageStatus status, std::int64_t time) {
    return t.messages.add_receipt("sess_a", "M1", reader, status, time);
  };
  CHECK(add(kAliceLid, MessageStatus::delivered, 1));
  CHECK_FALSE(add(kAliceLid, MessageStatus::delivered, 2));
  CHECK(add(kBobLid, MessageStatus::delivered, 3));
  CHECK(add(kAliceLid, MessageStatus::read, 4));
  auto receipts = t.messages.receipts("sess_a", "M1");
  REQUIRE(receipts.size() == 3);
  CHECK(receipts[0].reader == kAliceLid);
  CHECK(receipts[0].time == 1);
  CHECK(receipts[2].status == MessageStatus::read);
  CHECK(t.messages.receipts("sess_b", "M1").empty());
}

TEST_CASE("edits and revocations are kept with the message, and edits are found") {
  MessagingDatabase t;
  REQUIRE(t.messages.insert(t.message("M1")));
  t.messages.set_content("sess_a", "M1", "corrected", R"({"text":"corrected"})", 77);
  t.messages.set_revoked("sess_a", "M1", 88);
  t.messages.set_content("sess_a", "unknown", "x", "{}", 77);
  auto found = t.messages.find("sess_a", "M1");
  CHECK(found->text == "corrected");
  CHECK(found->edited_at == 77);
  CHECK(found->revoked_at == 88);
  auto query = query_of("sess_a");
  query.search = "corrected";
  CHECK(t.messages.list(query).rows.size() == 1);
  query.search = "M1";
  CHECK(t.messages.list(query).rows.empty());
  CHECK(t.db().integer("SELECT sum(bytes) FROM messages") ==
        t.db().integer("SELECT bytes FROM message_totals"));
}

TEST_CASE("a trace tells what happened, in order") {
  MessagingDatabase t;
  auto row = t.own_message("M1");
  row.queued_at = 1;
  REQUIRE(t.messages.insert(row));
  t.messages.trace("sess_a", "M1", "sending", "2 devices", 1);
  t.messages.trace("sess_a", "M2", "sending", "", 1);
  t.messages.trace("sess_a", "M1", "again", "busy", 2);
  t.messages.advance("sess_a", "M1", MessageStatus::sent, 2);
  std::vector<std::string> steps;
  for (const auto& one : t.messages.traces("sess_a", "M1"))
    steps.push_back(one.step + ' ' + one.detail);
  CHECK(steps == std::vector<std::string>{"queued " + row.chat, "sending 2 devices", "again busy",
                                          "sent acknowledged by WhatsApp"});
}

TEST_CASE("lists are narrowed by every field") {
  MessagingDatabase t;
  REQUIRE(t.messages.insert(t.message("M1")));           // time 1
  REQUIRE(t.messages.insert(t.message("M2", kBobLid)));  // 2
  REQUIRE(t.messages.insert(t.own_message("M3")));       // 3
  auto group = t.message("M4", kGroup);                  // 4
  group.sender = kAliceLid;
  group.sender_phone = kAlicePhone;
  group.type = "image";
  REQUIRE(t.messages.insert(group));
  auto other = t.message("M5");
  other.session_id = "sess_b";
  REQUIRE(t.messages.insert(other));
  auto narrowed = [&](auto set) {
    auto query = query_of("sess_a");
    set(query);
    return ids(t.messages.list(query));
  };
  CHECK(narrowed([](auto&) {}) == Ids{"M4", "M3", "M2", "M1"});
  CHECK(narrowed([](auto& q) { q.session_id = ""; }).size() == 5);
  CHECK(narrowed([](auto& q) { q.chat = kAliceLid; }) == Ids{"M3", "M1"});
  CHECK(narrowed([](auto& q) { q.sender = kAlicePhone; }) == Ids{"M4"});
  CHECK(narrowed([](auto& q) { q.sender = kAliceLid; }) == Ids{"M4", "M1"});
  CHECK(narrowed([](auto& q) { q.type = "image"; }) == Ids{"M4"});
  CHECK(narrowed([](auto& q) { q.from_me = true; }) == Ids{"M3"});
  CHECK(narrowed([](auto& q) { q.from_me = false; }) == Ids{"M4", "M2", "M1"});
  CHECK(narrowed([](auto& q) { q.since = 2; }) == Ids{"M4", "M3", "M2"});
  CHECK(narrowed([](auto& q) { q.until = 2; }) == Ids{"M1"});
  CHECK(narrowed([](auto& q) { q.search = "text"; }) == Ids{"M4", "M3", "M2", "M1"});
  CHECK(narrowed([](auto& q) {
          q.search = "text";
          q.chat = kAliceLid;
          q.from_me = false;
        }) == Ids{"M1"});
  CHECK(narrowed([](auto& q) {
          q.session_id = "";
          q.chat = kAliceLid;
        }) == Ids{"M5", "M3", "M1"});
}

TEST_CASE("pages do not shift while messages come in") {
  MessagingDatabase t;
  for (int i = 0; i < 10; ++i) REQUIRE(t.messages.insert(t.message("M" + std::to_string(i))));
  for (const char* search : {"", "text"}) {
    auto query = query_of("sess_a", 4);
    query.search = search;
    Ids seen;
    for (bool more = true; more;) {
      auto page = t.messages.list(query);
      for (const auto& id : ids(page)) seen.push_back(id);
      query.before_row = page.next;
      more = page.next != 0;
      REQUIRE(t.messages.insert(t.message("new" + std::to_string(seen.size()) + search)));
    }
    seen.erase(seen.begin(), seen.end() - 10);
    CHECK(seen == Ids{"M9", "M8", "M7", "M6", "M5", "M4", "M3", "M2", "M1", "M0"});
  }
  CHECK(t.messages.list(query_of("sess_a", 100)).next == 0);
}

TEST_CASE("a session takes its messages along, from the index too") {
  MessagingDatabase t;
  REQUIRE(t.messages.insert(t.message("M1")));
  auto other = t.message("M2");
  other.session_id = "sess_b";
  REQUIRE(t.messages.insert(other));
  t.messages.add_receipt("sess_a", "M1", kAliceLid, MessageStatus::read, 1);
  t.messages.trace("sess_a", "M1", "received", "", 1);
  t.messages.save_sent("sess_a", sent_of("M1"));
  t.enqueue(t.queued("Q1"));
  t.outbox.note_send("sess_a", 1);
  auto query = query_of("");
  query.search = "text";
  CHECK(ids(t.messages.list(query)) == Ids{"M2", "M1"});
  t.sessions.remove("sess_a");
  for (const char* sql :
       {"SELECT count(*) FROM messages WHERE session_id = 'sess_a'",
        "SELECT count(*) FROM message_receipts", "SELECT count(*) FROM message_traces",
        "SELECT count(*) FROM sent_messages", "SELECT count(*) FROM outbox",
        "SELECT count(*) FROM outbox_totals", "SELECT count(*) FROM send_times",
        "SELECT count(*) FROM message_totals WHERE session_id = 'sess_a'"})
    CHECK(t.db().integer(sql) == 0);
  t.db().run("INSERT INTO messages_search (messages_search, rank) VALUES ('integrity-check', 1)");
  CHECK(ids(t.messages.list(query)) == Ids{"M2"});
}

}  // namespace wasphere::store
