#include <catch2/catch.hpp>

#include "tests/unit/daemon/store/messaging_fixture.h"

namespace wasphere::store {

TEST_CASE("what was sent is there for a retry, whole") {
  MessagingDatabase t;
  SentMessage sent;
  sent.id = "M1";
  sent.chat = kAliceLid;
  sent.chat_alt = kAlicePhone;
  sent.message = to_bytes(as_bytes("encoded"));
  sent.type = "text";
  sent.edit = "1";
  sent.mediatype = "url";
  sent.poll_type = "creation";
  sent.hide_failure = true;
  sent.recipients = {kAliceLid, kBobLid};
  sent.time = 12;
  t.messages.save_sent("sess_a", sent);
  t.commit();
  auto found = t.messages.sent("sess_a", "M1");
  REQUIRE(found);
  CHECK(found->message == sent.message);
  CHECK(found->chat_alt == kAlicePhone);
  CHECK(found->recipients == sent.recipients);
  CHECK(found->edit == "1");
  CHECK(found->mediatype == "url");
  CHECK(found->poll_type == "creation");
  CHECK(found->hide_failure);
  CHECK(found->time == 12);
  CHECK_FALSE(t.messages.sent("sess_b", "M1"));
  sent.recipients.clear();
  t.messages.save_sent("sess_a", sent);  // sent again with the same id
  CHECK(t.messages.sent("sess_a", "M1")->recipients.empty());
  t.keys().destroy("sess_a");
  CHECK_FALSE(t.messages.sent("sess_a", "M1"));
}

TEST_CASE("retries are counted by message, device and direction") {
  MessagingDatabase t;
  auto count = [&](const char* device, bool incoming, int at_least) {
    return t.messages.count_retry("sess_a", kAliceLid, device, "M1", incoming, at_least);
  };
  CHECK(count(kAliceLid, true, 0) == 1);
  CHECK(count(kAliceLid, true, 0) == 2);
  CHECK(count(kAliceLid, true, 4) == 4);
  CHECK(count(kAliceLid, true, 2) == 5);
  CHECK(count(kAliceLid, false, 0) == 1);
  CHECK(count(kBobLid, true, 3) == 3);
}

TEST_CASE("peers cannot fill the disk with retries") {
  MessagingDatabase t;
  t.messages.count_retry("sess_a", kAliceLid, kAliceLid, "old", true, 0);
  t.messages.note_base_key("sess_a", kAliceLid, "old", Bytes{1});
  t.db().run("UPDATE retry_counts SET seq = -20000");
  t.db().run("UPDATE retry_base_keys SET seq = -20000");
  t.messages.count_retry("sess_a", kAliceLid, kAliceLid, "new", true, 0);
  t.messages.note_base_key("sess_a", kAliceLid, "new", Bytes{2});
  t.db().run("UPDATE retry_counts SET seq = 1 WHERE message_id = 'new'");
  t.db().run("UPDATE retry_base_keys SET seq = 1 WHERE message_id = 'new'");
  t.messages.count_retry("sess_a", kAliceLid, kAliceLid, "newer", true, 0);
  t.messages.note_base_key("sess_a", kAliceLid, "newer", Bytes{3});
  CHECK(t.db().integer("SELECT count(*) FROM retry_counts") == 2);
  CHECK(t.db().integer("SELECT count(*) FROM retry_base_keys") == 2);
}

TEST_CASE("the base key of a retry is remembered") {
  MessagingDatabase t;
  CHECK(t.messages.noted_base_key("sess_a", kAliceLid, "M1").empty());
  t.messages.note_base_key("sess_a", kAliceLid, "M1", Bytes{1, 2});
  t.messages.note_base_key("sess_a", kAliceLid, "M1", Bytes{3, 4});
  CHECK(t.messages.noted_base_key("sess_a", kAliceLid, "M1") == Bytes{3, 4});
  CHECK(t.messages.noted_base_key("sess_a", kBobLid, "M1").empty());
}

}  // namespace wasphere::store
