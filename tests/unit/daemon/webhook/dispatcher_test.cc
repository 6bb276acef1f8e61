#include "tests/unit/daemon/webhook/world.h"

namespace wasphere::webhook {

TEST_CASE("events that happen after a webhook was made are delivered, signed and in order") {
  World w;
  w.happen("chat");
  auto hook = w.add("a.example");
  w.happen("chat");
  w.happen("chat");
  REQUIRE(w.posted(2));
  CHECK(w.client().numbers("a.example") == Numbers{2, 3});
  const Posted& post = w.client().posts[0];
  CHECK(post.address == "93.184.216.34");
  CHECK(post.header("X-WaSphere-Event") == "message.received");
  CHECK(post.header("X-WaSphere-Event-Id") == "evt_2");
  CHECK(post.header("X-WaSphere-Attempt") == "1");
  CHECK(post.body.find(post.header("X-WaSphere-Delivery-Id")) != std::string::npos);
  CHECK(post.header("X-WaSphere-Signature") ==
        ipc::wasphere_signature("secret of sixteen or more",
                                std::stoll(post.header("X-WaSphere-Timestamp")), post.body));
  REQUIRE(w.settled());
  auto log = w.deliveries(hook.id);
  REQUIRE(log.size() == 2);
  CHECK(log[0].status == store::DeliveryStatus::delivered);
  CHECK(w.row(hook.id).last_delivered_at != 0);
}

TEST_CASE("a failed delivery keeps its id and body, and holds up its own chat only") {
  World w;
  auto hook = w.add("a.example");
  w.client().fail_next("a.example", 1);
  w.happen("slow");
  REQUIRE(w.posted(1));
  REQUIRE(w.settled());
  w.happen("slow");
  w.happen("other");
  w.happen("slow", "sess_b");
  REQUIRE(w.posted(3));
  REQUIRE(w.settled());
  CHECK(w.client().numbers("a.example") == Numbers{1, 3, 4});
  w.clock.advance(seconds(2));
  REQUIRE(w.posted(5));
  REQUIRE(w.settled());
  CHECK(w.client().numbers("a.example") == Numbers{1, 3, 4, 1, 2});
  const auto& posts = w.client().posts;
  CHECK(posts[3].body == posts[0].body);
  CHECK(posts[3].header("X-WaSphere-Delivery-Id") == posts[0].header("X-WaSphere-Delivery-Id"));
  CHECK(posts[3].header("webhook-id") == posts[0].header("webhook-id"));
  CHECK(posts[3].header("X-WaSphere-Attempt") == "2");
  CHECK(w.backlog(hook.id).open == 0);
}

TEST_CASE("a receiver that hangs delays nobody else, and gets four deliveries at a time") {
  World w;
  w.add("slow.example");
  w.add("quick.example");
  w.client().hold["slow.example"] = true;
  for (int i = 0; i < 8; ++i) w.happen("chat" + std::to_string(i));
  REQUIRE(w.until([&] { return w.client().numbers("quick.example").size() == 8; }));
  REQUIRE(w.until([&] { return w.client().numbers("slow.example").size() == 4; }));
  w.client().release("slow.example");
  REQUIRE(w.until([&] { return w.client().numbers("slow.example").size() == 8; }));
}

TEST_CASE("the whole ladder ends in a dead letter, which can be delivered once more") {
  World w;
  auto hook = w.add("a.example");
  w.client().fail_next("a.example", 9);
  w.happen("chat");
  w.happen("chat");
  const int longest_waits[] = {0, 2, 7, 40, 150, 730, 4400, 13'000, 52'000};  // seconds
  for (std::size_t attempt = 1; attempt <= 9; ++attempt) {
    w.clock.advance(seconds(longest_waits[attempt - 1]));
    REQUIRE(w.posted(attempt));
    REQUIRE(w.settled());
  }
  REQUIRE(w.posted(10));  // the next of the chat
  REQUIRE(w.settled());
  CHECK(w.client().numbers("a.example") == Numbers{1, 1, 1, 1, 1, 1, 1, 1, 1, 2});
  auto dead = w.deliveries(hook.id)[1];
  CHECK(dead.status == store::DeliveryStatus::dead);
  CHECK(dead.attempts == 9);
  CHECK(w.backlog(hook.id).dead == 1);

  auto again = test::run_task(w.io, w.running->webhooks.redeliver(hook.id, dead.id));
  REQUIRE(again);
  CHECK(again->status == store::DeliveryStatus::pending);
  REQUIRE(w.posted(11));
  REQUIRE(w.settled());
  CHECK(w.client().posts[10].header("X-WaSphere-Delivery-Id") == dead.id);
  CHECK(w.client().posts[10].body == w.client().posts[0].body);
  CHECK(test::run_task(w.io, w.running->webhooks.redeliver(hook.id, "dlv_x")).error().code ==
        ErrorCode::delivery_not_found);
}

TEST_CASE("dead letters of a span of time are replayed") {
  World w;
  auto hook = w.add("a.example", 1);
  w.client().fail_next("a.example", 3);
  for (int i = 0; i < 3; ++i) {
    w.happen("chat");
    REQUIRE(w.posted(static_cast<std::size_t>(i) + 1));
    REQUIRE(w.settled());
    w.clock.advance(seconds(60));
  }
  const std::int64_t now = runtime::unix_millis(w.clock);
  store::RequeueQuery query{hook.id, now - 130'000, now - 70'000, {}, false};
  CHECK(test::run_task(w.io, w.running->webhooks.replay(hook.id, query)) == 1);
  REQUIRE(w.posted(4));
  REQUIRE(w.settled());
  CHECK(w.client().numbers("a.example") == Numbers{1, 2, 3, 2});
  CHECK(w.backlog(hook.id).dead == 2);
}

TEST_CASE("what was owed or under way when the daemon ended is delivered by the next one") {
  World w;
  w.add("a.example");
  w.client().hold["a.example"] = true;
  w.happen("chat");
  w.happen("chat");
  REQUIRE(w.posted(1));
  const std::string id = w.client().posts[0].header("X-WaSphere-Delivery-Id");
  const std::string body = w.client().posts[0].body;
  w.stop();
  w.happen("chat");
  w.start();
  REQUIRE(w.posted(3));
  CHECK(w.client().numbers("a.example") == Numbers{1, 2, 3});
  CHECK(w.client().posts[0].header("X-WaSphere-Delivery-Id") == id);
  CHECK(w.client().posts[0].header("X-WaSphere-Attempt") == "1");
  CHECK(w.client().posts[0].body == body);
}

TEST_CASE("a success that could not be recorded is delivered again under the same id") {
  World w;
  w.add("a.example");
  w.client().hold["a.example"] = true;
  w.happen("chat");
  REQUIRE(w.posted(1));
  const std::string id = w.client().posts[0].header("X-WaSphere-Delivery-Id");
  w.store.faults().fail_all(true);
  const int before = w.store.faults().commits();
  w.client().release("a.example");
  REQUIRE(w.until([&] { return w.store.faults().commits() > before; }));
  w.stop();
  w.store.faults().fail_all(false);
  w.start();
  REQUIRE(w.posted(1));
  CHECK(w.client().posts[0].header("X-WaSphere-Delivery-Id") == id);
  REQUIRE(w.settled());
}

TEST_CASE("deliveries go on by themselves once the store works again") {
  World w;
  auto hook = w.add("a.example");
  w.client().hold["a.example"] = true;
  w.happen("chat");
  REQUIRE(w.posted(1));
  w.store.faults().fail_all(true);
  const int before = w.store.faults().commits();
  w.client().release("a.example");
  REQUIRE(w.until([&] { return w.store.faults().commits() > before; }));
  w.store.faults().fail_all(false);
  REQUIRE(w.until([&] {
    w.clock.advance(seconds(1));
    return w.backlog(hook.id).open == 0;
  }));
  CHECK(w.client().posts.size() == 1);  // it was remembered meanwhile
}

TEST_CASE("when a receiver is back after an outage, chats that wait are tried at once") {
  World w;
  w.add("a.example");
  w.client().fail_next("a.example", 3);
  w.happen("one");
  REQUIRE(w.posted(1));
  REQUIRE(w.settled());
  for (std::size_t attempts = 2; attempts <= 3; ++attempts) {
    w.clock.advance(seconds(7));
    REQUIRE(w.posted(attempts));
    REQUIRE(w.settled());
  }
  w.happen("two");  // the fourth attempt succeeds: the first chat need not wait 30 seconds
  REQUIRE(w.posted(5));
  CHECK(w.client().numbers("a.example") == Numbers{1, 1, 1, 2, 1});
}

TEST_CASE("a QR that nobody can scan any more is not delivered") {
  World w;
  w.add("a.example");
  w.stop();
  store::EventRow qr;
  qr.id = "evt_qr";
  qr.type = "session.qr";
  qr.session_id = "sess_a";
  qr.payload = "{\"n\":100}";
  qr.expires_at = runtime::unix_millis(w.clock) + 60'000;
  auto job = [qr](store::Tx& tx) -> Result<std::int64_t> { return tx.events.append(qr); };
  REQUIRE(test::run_task(w.io, w.store->run(job)));
  w.clock.advance(seconds(61));
  w.start();
  w.happen("");
  REQUIRE(w.posted(1));
  CHECK(w.client().numbers("a.example") == Numbers{1});
}

TEST_CASE("during a rotation both secrets sign, a day later only the new one") {
  World w;
  auto hook = w.add("a.example");
  auto rotated =
      test::run_task(w.io, w.running->webhooks.rotate_secret(hook.id, "another secret, long"));
  REQUIRE(rotated);
  w.happen("chat");
  REQUIRE(w.posted(1));
  const auto signatures = w.client().posts[0].header("X-WaSphere-Signature");
  const auto time = std::stoll(w.client().posts[0].header("X-WaSphere-Timestamp"));
  const auto& body = w.client().posts[0].body;
  CHECK(signatures == ipc::wasphere_signature("another secret, long", time, body) + " " +
                          ipc::wasphere_signature("secret of sixteen or more", time, body));
  REQUIRE(w.settled());
  w.clock.advance(hours(24));
  w.happen("chat");
  REQUIRE(w.posted(2));
  CHECK(w.client().posts[1].header("X-WaSphere-Signature").find(' ') == std::string::npos);
}

TEST_CASE("a test is one attempt that tells no more than it must") {
  World w;
  auto hook = w.add("a.example");
  auto good = test::run_task(w.io, w.running->webhooks.test(hook.id));
  REQUIRE(good);
  CHECK(good->attempt.status == 200);
  CHECK(w.client().posts[0].header("X-WaSphere-Event") == "webhook.test");
  w.client().script["a.example"].push_back(fail(ErrorCode::upstream_timeout, "slow"));
  w.client().script["a.example"].push_back(fail(ErrorCode::network_unreachable, "port 22 closed"));
  w.client().fail_next("a.example", 1, 503);
  auto text = [&] {
    return describe(test::run_task(w.io, w.running->webhooks.test(hook.id))->attempt);
  };
  CHECK(text() == "Delivery failed: timeout.");
  CHECK(text() == "Delivery failed.");
  CHECK(text() == "Endpoint returned 503.");
  w.running->names.names["a.example"] = net::Addresses{"10.0.0.5", "::1"};
  CHECK(text() == "Delivery failed: destination not allowed.");
  CHECK(w.deliveries(hook.id).empty());
  CHECK(test::run_task(w.io, w.running->webhooks.test(std::string("wh_none"))).error().code ==
        ErrorCode::webhook_not_found);
}

TEST_CASE("many events of many chats: all are delivered, each chat in order") {
  World w;
  w.add("a.example");
  std::map<std::string, std::vector<int>> wanted;
  for (int i = 0; i < 300; ++i) {
    const std::string chat = std::to_string(i % 7);
    if (i % 11 == 0) w.client().fail_next("a.example", 1);
    w.happen(chat);
    wanted[chat].push_back(w.events);
  }
  std::map<int, bool> seen;
  for (int round = 0; seen.size() < 300 && round < 20; ++round) {
    REQUIRE(w.settled());
    for (const Posted& post : w.client().posts) seen[post.number()] = true;
    w.clock.advance(seconds(40));
  }
  CHECK(seen.size() == 300);
  std::map<std::string, std::vector<int>> got;
  for (const Posted& post : w.client().posts) {
    auto& chat = got[std::to_string((post.number() - 1) % 7)];
    if (chat.empty() || chat.back() != post.number()) chat.push_back(post.number());
  }
  for (int chat = 0; chat < 7; ++chat) CHECK(std::ranges::is_sorted(got[std::to_string(chat)]));
}

}  // namespace wasphere::webhook
