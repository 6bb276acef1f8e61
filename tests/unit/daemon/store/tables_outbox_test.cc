#include <catch2/catch.hpp>

#include "daemon/store/outbox_order.h"
#include "tests/unit/daemon/store/messaging_fixture.h"

namespace wasphere::store {
namespace {

using Ids = std::vector<std::string>;

Ids ids(const std::vector<OutboxRow>& rows) {
  Ids out;
  for (const auto& row : rows) out.push_back(row.id);
  return out;
}

class Queue : public MessagingDatabase {
 public:
  Ids due(std::int64_t now, std::size_t limit = 100) {
    return ids(outbox.due("sess_a", now, limit));
  }
  // As the worker does it: takes the next one, and it is sent.
  std::string send_next(std::int64_t now) {
    auto rows = outbox.due("sess_a", now, 1);
    if (rows.empty()) return "";
    outbox.take(rows[0]);
    outbox.remove("sess_a", rows[0].id);
    return rows[0].id;
  }
  void try_again_at(const std::string& id, std::int64_t time) {
    auto row = outbox.find("sess_a", id).value();
    row.attempts += 1;
    row.state = MessageStatus::queued;
    row.not_before = time;
    outbox.update(row);
  }
  OutboxRow scheduled(const std::string& id, std::int64_t at, const std::string& to = kAliceLid) {
    auto row = queued(id, to);
    row.not_before = at;
    return row;
  }
};

}  // namespace

TEST_CASE("the queue is first in, first out, and full at its depth") {
  Queue t;
  auto first = t.queued("M1");
  first.secret = Bytes(32, 1);
  first.job_id = "job_1";
  first.expires_at = 5000;
  t.enqueue(first);
  t.enqueue(t.queued("M2"));
  CHECK(t.due(100) == Ids{"M1", "M2"});
  auto found = t.outbox.find("sess_a", "M1");
  REQUIRE(found);
  CHECK(found->message == first.message);
  CHECK(found->secret == first.secret);
  CHECK(found->to == kAliceLid);
  CHECK(found->delay_ms == -1);
  CHECK(found->job_id == "job_1");
  CHECK(found->expires_at == 5000);
  CHECK(found->text == "text M1");
  auto full = t.outbox.enqueue(t.queued("M3"), 2);
  REQUIRE_FALSE(full);
  CHECK(full.error().code == ErrorCode::queue_full);
  t.outbox.remove("sess_a", "M1");
  t.outbox.remove("sess_a", "M1");  // counted once
  CHECK(t.outbox.enqueue(t.queued("M3"), 2));
  CHECK_FALSE(t.outbox.enqueue(t.queued("M4"), 2));
}

TEST_CASE("a session without credentials cannot queue") {
  Queue t;
  t.add_session("sess_new");
  auto row = t.queued("M1");
  row.session_id = "sess_new";
  auto refused = t.outbox.enqueue(row, 10);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::no_credentials);
}

TEST_CASE("what waits outlives the credentials and their key") {
  Queue t;
  auto queued = t.queued("M1");
  queued.secret = Bytes(32, 1);
  t.enqueue(queued);
  t.devices.wipe("sess_a");
  t.keys().destroy("sess_a");
  auto rows = t.outbox.due("sess_a", 100, 1);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].message == queued.message);
  CHECK(rows[0].secret == queued.secret);
}

TEST_CASE("a row that cannot be opened says so by having no message") {
  Queue t;
  t.enqueue(t.queued("M1"));
  t.db().run("UPDATE outbox SET message = substr(message, 2)");
  auto rows = t.outbox.due("sess_a", 100, 1);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].message.empty());
}

TEST_CASE("what another account queued is told by either address of its own") {
  Queue t;
  for (const char* id : {"M1", "M2"}) {
    auto message = t.own_message(id);
    message.sender_phone = "447700900009@s.whatsapp.net";
    REQUIRE(t.messages.insert(message));
    t.enqueue(t.queued(id));
  }
  REQUIRE(t.messages.insert(t.message("M1", kBobLid)));  // theirs, by chance of the same id
  CHECK(t.outbox.of_others("sess_a", "447700900009@s.whatsapp.net", "").empty());
  CHECK(t.outbox.of_others("sess_a", kBobPhone, "100200999@lid").empty());
  CHECK(t.outbox.of_others("sess_a", kBobPhone, kBobLid) == Ids{"M1", "M2"});
  CHECK(t.outbox.of_others("sess_b", kBobPhone, kBobLid).empty());
}

TEST_CASE("bulk gets every sixth turn, also over a restart") {
  Queue t;
  for (int i = 0; i < 8; ++i) t.enqueue(t.queued("B" + std::to_string(i), kBobLid, Lane::bulk));
  for (int i = 0; i < 12; ++i) t.enqueue(t.queued("I" + std::to_string(i)));
  CHECK(t.due(100, 7) == Ids{"I0", "I1", "I2", "I3", "I4", "B0", "I5"});
  Ids sent;
  for (int i = 0; i < 13; ++i) {
    sent.push_back(t.send_next(100));
    t.commit();  // the turns are in the database, nowhere else
  }
  CHECK(sent == Ids{"I0", "I1", "I2", "I3", "I4", "B0", "I5", "I6", "I7", "I8", "I9", "B1", "I10"});
  CHECK(t.send_next(100) == "I11");
  CHECK(t.send_next(100) == "B2");
}

TEST_CASE("an interactive message does not overtake a bulk one of its chat") {
  Queue t;
  t.enqueue(t.queued("B1", kAliceLid, Lane::bulk));
  t.enqueue(t.queued("I1", kAliceLid));
  t.enqueue(t.queued("I2", kBobLid));
  CHECK(t.send_next(100) == "I2");
  CHECK(t.send_next(100) == "B1");
  CHECK(t.send_next(100) == "I1");
  CHECK(t.send_next(100).empty());
}

TEST_CASE("one that waits for its next attempt holds up its chat and no other") {
  Queue t;
  t.enqueue(t.queued("M1"));
  t.enqueue(t.queued("M2"));
  t.enqueue(t.queued("M3", kBobLid));
  t.enqueue(t.queued("M4", kAliceLid, Lane::bulk));
  t.try_again_at("M1", 1000);
  CHECK(t.due(500) == Ids{"M3"});
  CHECK(t.outbox.next_time("sess_a", 500) == 1000);
  CHECK(t.due(1000) == Ids{"M1", "M2", "M3"});
}

TEST_CASE("a scheduled one holds up nobody, until it was attempted") {
  Queue t;
  t.enqueue(t.scheduled("M1", 1000));
  t.enqueue(t.queued("M2"));
  CHECK(t.due(500) == Ids{"M2"});
  CHECK(t.outbox.next_time("sess_a", 500) == 1000);
  CHECK(t.due(1000) == Ids{"M1", "M2"});
  t.try_again_at("M1", 3000);
  CHECK(t.due(2000).empty());
  CHECK(t.outbox.stats("sess_a").scheduled == 0);
}

TEST_CASE("what was being sent comes first, as it was") {
  Queue t;
  t.enqueue(t.queued("B1", kBobLid, Lane::bulk));
  t.enqueue(t.queued("M1"));
  t.enqueue(t.queued("M2"));
  auto row = t.outbox.find("sess_a", "B1").value();
  row.state = MessageStatus::sending;
  row.attempts = 1;
  row.delay_ms = 1234;
  row.typing_ms = 600;
  t.outbox.update(row);
  t.commit();
  auto rows = t.outbox.due("sess_a", 100, 2);
  CHECK(ids(rows) == Ids{"B1", "M1"});
  CHECK(rows[0].state == MessageStatus::sending);
  CHECK(rows[0].delay_ms == 1234);
  CHECK(rows[0].typing_ms == 600);
  row.not_before = 1000;  // still being sent, after a pause
  t.outbox.update(row);
  t.enqueue(t.queued("M3", kBobLid));
  CHECK(t.due(500) == Ids{"M1", "M2"});
}

TEST_CASE("an attempt is told to the message") {
  Queue t;
  REQUIRE(t.messages.insert(t.own_message("M1")));
  t.enqueue(t.queued("M1"));
  t.outbox.take(t.outbox.find("sess_a", "M1").value());
  CHECK(t.messages.find("sess_a", "M1")->attempts == 1);
  CHECK(t.messages.find("sess_a", "M1")->status == MessageStatus::sending);
  t.messages.advance("sess_a", "M1", MessageStatus::sent, 5);
  t.outbox.take(t.outbox.find("sess_a", "M1").value());
  CHECK(t.messages.find("sess_a", "M1")->attempts == 2);
  CHECK(t.messages.find("sess_a", "M1")->status == MessageStatus::sent);
  CHECK(t.outbox.find("sess_a", "M1")->attempts == 2);
}

TEST_CASE("a paused attempt goes at once when it is taken") {
  Queue t;
  t.enqueue(t.queued("M1"));
  auto row = t.outbox.find("sess_a", "M1").value();
  row.state = MessageStatus::sending;
  row.not_before = 1000;
  t.outbox.update(row);
  CHECK(t.outbox.next_time("sess_a", 500) == 1000);
  t.outbox.take(row);
  CHECK(t.outbox.find("sess_a", "M1")->not_before == 0);
}

TEST_CASE("an expired row is not due, and is named until it is removed") {
  Queue t;
  auto row = t.queued("M1");
  row.expires_at = 1000;
  t.enqueue(row);
  t.enqueue(t.queued("M2"));
  auto in_flight = t.queued("M3", kBobLid);
  in_flight.expires_at = 900;
  in_flight.state = MessageStatus::sending;
  t.enqueue(in_flight);
  CHECK(t.outbox.next_time("sess_a", 500) == 1000);
  CHECK(t.outbox.expired("sess_a", 999).empty());
  CHECK(ids(t.outbox.expired("sess_a", 1000)) == Ids{"M1"});  // M3 may have arrived
  CHECK(t.due(1000) == Ids{"M3", "M2"});
  t.outbox.remove("sess_a", "M1");
  CHECK_FALSE(t.outbox.next_time("sess_a", 1000));
}

TEST_CASE("figures and places") {
  Queue t;
  CHECK(t.outbox.stats("sess_a").pending == 0);
  CHECK(t.outbox.position("sess_a", "M1") == -1);
  t.enqueue(t.scheduled("S1", 1000, kBobLid));  // queued at 1
  t.enqueue(t.queued("M1"));                    // 2
  t.enqueue(t.queued("M2"));
  t.enqueue(t.queued("B1", kBobLid, Lane::bulk));
  auto row = t.outbox.find("sess_a", "M1").value();
  row.state = MessageStatus::sending;
  t.outbox.update(row);
  auto stats = t.outbox.stats("sess_a");
  CHECK(stats.pending == 2);
  CHECK(stats.sending == 1);
  CHECK(stats.scheduled == 1);
  CHECK(stats.oldest_queued_at == 2);
  CHECK(t.outbox.position("sess_a", "M1") == 0);
  CHECK(t.outbox.position("sess_a", "M2") == 2);  // S1 may become due, M1 is under way
  CHECK(t.outbox.position("sess_a", "B1") == 3);
  const Backlog ahead = t.outbox.backlog("sess_a");
  CHECK(ahead.sending == 1);
  CHECK(ahead.interactive == 2);
  CHECK(ahead.bulk == 1);
  t.enqueue(t.queued("M3"));
  CHECK(t.outbox.position("sess_a", "M3") == place_behind(ahead, Lane::interactive));
}

TEST_CASE("sends of one millisecond are counted") {
  Queue t;
  for (const std::int64_t time : {5, 7, 7, 9}) t.outbox.note_send("sess_a", time);
  CHECK(t.outbox.sends_since("sess_a", 6) == std::vector<std::int64_t>{7, 7, 9});
  CHECK(t.outbox.sends_since("sess_a", 0) == std::vector<std::int64_t>{7, 7, 9});
}

TEST_CASE("the queue is listed in pages") {
  Queue t;
  for (const char* id : {"M1", "M2", "M3"}) t.enqueue(t.queued(id));
  auto other = t.queued("N1");
  other.session_id = "sess_b";
  t.enqueue(other);
  auto page = t.outbox.list({"sess_a", 0, 2});
  CHECK(ids(page.rows) == Ids{"M1", "M2"});
  t.outbox.remove("sess_a", "M2");
  page = t.outbox.list({"sess_a", page.next, 2});
  CHECK(ids(page.rows) == Ids{"M3"});
  CHECK(page.next == 0);
  CHECK(t.outbox.list({"", 0, 10}).rows.size() == 3);
}

TEST_CASE("the window of send times forgets what left it") {
  Queue t;
  for (std::int64_t time : {30, 10, 20, 20}) t.outbox.note_send("sess_a", time);
  t.outbox.note_send("sess_b", 5);
  CHECK(t.outbox.sends_since("sess_a", 20) == std::vector<std::int64_t>{20, 20, 30});
  CHECK(t.outbox.sends_since("sess_a", 0) == std::vector<std::int64_t>{20, 20, 30});
  CHECK(t.outbox.sends_since("sess_b", 0).size() == 1);
}

TEST_CASE("an answer is kept for its owner and key") {
  Queue t;
  CHECK_FALSE(t.outbox.idempotency("key_1", "abc"));
  IdempotencyRow row{"key_1", "abc", "hash", "M1", "sess_a", 0, "", 100};
  t.outbox.save_idempotency(row);
  CHECK(t.outbox.idempotency("key_1", "abc")->http_status == 0);
  CHECK_FALSE(t.outbox.idempotency("key_2", "abc"));
  row.http_status = 201;
  row.answer = R"({"messageId":"M1"})";
  t.outbox.save_idempotency(row);
  auto found = t.outbox.idempotency("key_1", "abc");
  CHECK(found->http_status == 201);
  CHECK(found->answer == row.answer);
  CHECK(found->body_hash == "hash");
  t.outbox.retire_idempotency(100);
  CHECK(t.outbox.idempotency("key_1", "abc"));
  t.outbox.retire_idempotency(101);
  CHECK_FALSE(t.outbox.idempotency("key_1", "abc"));
}

}  // namespace wasphere::store
