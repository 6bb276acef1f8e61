// Which webhooks get an event: filters, destinations, those that are switched off or removed.
#include "daemon/store/admin.h"
#include "tests/unit/daemon/webhook/world.h"

namespace wasphere::webhook {

TEST_CASE("a receiver that is gone is switched off, others are told, and it can be switched on") {
  World w;
  auto hook = w.add("gone.example");
  w.client().fail_next("gone.example", 1, 410);
  w.happen("chat");
  REQUIRE(w.until([&] { return !w.row(hook.id).active; }));
  CHECK(w.row(hook.id).disabled_reason == "gone");
  auto audited = [](store::Tx& tx) -> Result<store::AuditPage> { return tx.audit.page({}, 0, 10); };
  const auto page = test::run_task(w.io, w.store->run(audited));
  REQUIRE(page);
  REQUIRE(page->rows.size() == 1);
  CHECK(page->rows[0].actor_type == "system");
  CHECK(page->rows[0].rpc_method == "webhook.disabled");
  CHECK(page->rows[0].endpoint == "/api/webhooks/" + hook.id);
  CHECK(page->rows[0].status_code == 410);
  w.add("watch.example");
  w.happen("chat");
  REQUIRE(w.until([&] { return w.client().numbers("watch.example").size() == 1; }));
  REQUIRE(w.settled());
  CHECK(w.client().numbers("gone.example").size() == 1);

  WebhookPatch on;
  on.active = true;
  auto row = test::run_task(w.io, w.running->webhooks.update(hook.id, on));
  REQUIRE(row);
  CHECK(row->active);
  CHECK(row->failure_count == 0);
  CHECK(row->disabled_reason.empty());
  w.happen("chat");
  REQUIRE(w.until([&] { return w.client().numbers("gone.example").size() == 2; }));
  CHECK(w.client().numbers("gone.example") == Numbers{1, 3});
}

TEST_CASE("the event of a webhook that was switched off reaches other webhooks") {
  World w;
  w.add("watch.example");
  w.add("gone.example");
  w.client().fail_next("gone.example", 1, 410);
  w.happen("chat");
  REQUIRE(w.until([&] { return w.client().numbers("watch.example").size() == 2; }));
  const auto told = std::find_if(
      w.client().posts.begin(), w.client().posts.end(),
      [](const Posted& post) { return post.header("X-WaSphere-Event") == "webhook.disabled"; });
  REQUIRE(told != w.client().posts.end());
  CHECK(told->host == "watch.example");
  CHECK(told->body.find("gone") != std::string::npos);
}

TEST_CASE("a webhook that is not active keeps events as dead letters if it was told to") {
  World w;
  auto hook = w.add("a.example");
  WebhookPatch off;
  off.active = false;
  off.buffer_when_inactive = true;
  REQUIRE(test::run_task(w.io, w.running->webhooks.update(hook.id, off)));
  w.happen("chat");
  w.happen("chat");
  REQUIRE(w.until([&] { return w.backlog(hook.id).dead == 2; }));
  CHECK(w.client().posts.empty());
  WebhookPatch on;
  on.active = true;
  REQUIRE(test::run_task(w.io, w.running->webhooks.update(hook.id, on)));
  CHECK(test::run_task(w.io, w.running->webhooks.replay(hook.id, {})) == 2);
  REQUIRE(w.posted(2));
  CHECK(w.client().numbers("a.example") == Numbers{1, 2});
}

TEST_CASE("the filter of events and sessions, before and after a change") {
  World w;
  auto hook = w.add("a.example");
  WebhookPatch narrow;
  narrow.events = std::vector<std::string>{"session.connected"};
  narrow.session_ids = std::vector<std::string>{"sess_b"};
  REQUIRE(test::run_task(w.io, w.running->webhooks.update(hook.id, narrow)));
  w.happen("", "sess_a", "session.connected");
  w.happen("", "sess_b", "session.qr");
  w.happen("", "sess_b", "session.connected");
  REQUIRE(w.posted(1));
  REQUIRE(w.settled());
  CHECK(w.client().numbers("a.example") == Numbers{3});
  WebhookPatch wide;
  wide.events = std::vector<std::string>{"*"};
  wide.session_ids = std::vector<std::string>{};
  REQUIRE(test::run_task(w.io, w.running->webhooks.update(hook.id, wide)));
  w.stop();
  w.start();
  w.happen("", "sess_a", "session.qr");
  REQUIRE(w.posted(1));
  REQUIRE(w.settled());
  CHECK(w.client().numbers("a.example") == Numbers{4});  // not what the old filter left out
}

TEST_CASE("destinations are checked when a webhook is made and again at every attempt") {
  World w;
  NewWebhook bad;
  bad.events = {"*"};
  bad.url = "https://inside.example/";
  w.running->names.names["inside.example"] = net::Addresses{"93.184.216.34", "127.0.0.1"};
  CHECK(test::run_task(w.io, w.running->webhooks.create(bad)).error().code ==
        ErrorCode::ssrf_blocked);
  bad.url = "ftp://inside.example/";
  auto refused = test::run_task(w.io, w.running->webhooks.create(bad));
  CHECK(refused.error().code == ErrorCode::validation_failed);
  REQUIRE(refused.error().fields.size() == 1);
  CHECK(refused.error().fields[0].pointer == "/url");

  auto hook = w.add("turns.example");
  WebhookPatch inward;
  inward.url = "https://inside.example/";
  CHECK(test::run_task(w.io, w.running->webhooks.update(hook.id, inward)).error().code ==
        ErrorCode::ssrf_blocked);
  w.running->names.names["turns.example"] = net::Addresses{"169.254.169.254"};
  w.happen("chat");
  REQUIRE(w.until(
      [&] { return !w.deliveries(hook.id).empty() && w.deliveries(hook.id)[0].attempts == 1; }));
  CHECK(w.client().posts.empty());
  CHECK(w.deliveries(hook.id)[0].last_error == "Delivery failed: destination not allowed.");
  w.running->names.names["turns.example"] = net::Addresses{"10.0.0.5"};
  w.clock.advance(seconds(2));
  REQUIRE(w.posted(1));
  CHECK(w.client().posts[0].address == "10.0.0.5");
}

TEST_CASE("a webhook that is removed gets nothing more") {
  World w;
  auto hook = w.add("a.example");
  w.client().hold["a.example"] = true;
  w.happen("chat");
  REQUIRE(w.posted(1));
  REQUIRE(test::run_task(w.io, w.running->webhooks.remove(hook.id)));
  w.client().release("a.example");
  w.happen("chat");
  REQUIRE(w.settled());
  CHECK(w.client().posts.size() == 1);
  CHECK(test::run_task(w.io, w.running->webhooks.find(hook.id)).error().code ==
        ErrorCode::webhook_not_found);
}

}  // namespace wasphere::webhook
