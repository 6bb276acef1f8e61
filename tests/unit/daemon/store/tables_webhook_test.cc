#include "daemon/store/tables_webhook.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/unit/daemon/store/test_database.h"

namespace wasphere::store {
namespace {

struct World : TestDatabase {
  SqliteWebhookRepo webhooks{tables()};
  int made = 0;

  WebhookRow add(const std::string& id) {
    WebhookRow row;
    row.id = id;
    row.name = "receiver";
    row.url = "https://example.com/hook";
    row.events = {"session.connected", "session.qr"};
    row.session_ids = {"sess_a", "sess_b"};
    row.buffer_when_inactive = true;
    row.retry_max = 3;
    row.created_at = 1000 + made++;
    webhooks.insert(row, {"the secret of " + id, "", 0});
    return row;
  }
  DeliveryRow owe(const std::string& webhook, const std::string& session, const std::string& chat) {
    DeliveryRow row;
    row.id = "dlv_" + std::to_string(++made);
    row.webhook_id = webhook;
    row.event_id = "evt_" + std::to_string(made);
    row.event = "message.received";
    row.session_id = session;
    row.order_key = chat;
    row.created_at = made;
    row.body = "{\"n\":" + std::to_string(made) + "}";
    webhooks.enqueue(row);
    return row;
  }
  std::vector<std::string> due(const std::string& webhook, std::int64_t now) {
    std::vector<std::string> out;
    for (const DeliveryRow& row : webhooks.due(webhook, now, 100)) out.push_back(row.id);
    return out;
  }
  void settle(const std::string& webhook, const std::string& id, DeliveryStatus status,
              std::int64_t time) {
    DeliveryRow row = webhooks.find_delivery(webhook, id).value();
    row.status = status;
    ++row.attempts;
    const bool open = status == DeliveryStatus::retrying;
    row.next_attempt_at = open ? time : 0;
    row.finished_at = open ? 0 : time;
    webhooks.settle(row);
  }
};

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("a webhook comes back as it was stored, changed and removed") {
  World t;
  WebhookRow row = t.add("wh_1");
  t.add("wh_2");
  auto found = t.webhooks.find("wh_1");
  REQUIRE(found);
  CHECK(found->url == row.url);
  CHECK(found->events == row.events);
  CHECK(found->session_ids == row.session_ids);
  CHECK(found->active);
  CHECK(found->buffer_when_inactive);
  CHECK(found->retry_max == 3);
  row.active = false;
  row.session_ids.clear();
  row.disabled_reason = "gone";
  row.failing_since = 7;
  row.cursor = 42;
  CHECK(t.webhooks.update(row));
  found = t.webhooks.find("wh_1");
  CHECK_FALSE(found->active);
  CHECK(found->session_ids.empty());
  CHECK(found->disabled_reason == "gone");
  CHECK(found->failing_since == 7);
  CHECK(found->cursor == 42);
  CHECK(t.webhooks.all().size() == 2);
  t.owe("wh_1", "sess_a", "");
  CHECK(t.webhooks.remove("wh_1"));
  CHECK_FALSE(t.webhooks.remove("wh_1"));
  CHECK_FALSE(t.webhooks.update(row));
  CHECK(t.db().integer("SELECT count(*) FROM webhook_deliveries") == 0);
  CHECK(t.db().integer("SELECT count(*) FROM webhook_lanes") == 0);
}

TEST_CASE("a webhook's secret is sealed, also while it is rotated") {
  World t;
  t.add("wh_1");
  t.webhooks.save_secrets("wh_1", {"new-secret-in-clear", "old-secret-in-clear", 5000});
  auto secrets = t.webhooks.secrets("wh_1");
  CHECK(secrets.current == "new-secret-in-clear");
  CHECK(secrets.previous == "old-secret-in-clear");
  CHECK(secrets.previous_until == 5000);
  t.commit();
  for (const auto& file : std::filesystem::recursive_directory_iterator(t.dir() / "state")) {
    if (!file.is_regular_file()) continue;
    CHECK(test::read_whole(file.path().string()).find("secret-in-clear") == std::string::npos);
  }
  t.db().run("UPDATE webhooks SET sealed_secret = sealed_previous");
  CHECK(failure_of([&] { t.webhooks.secrets("wh_1"); }) == ErrorCode::key_mismatch);
  CHECK(t.webhooks.secrets("wh_none").current.empty());
}

TEST_CASE("of each lane only the oldest open delivery is due, and lanes overtake each other") {
  World t;
  t.add("wh_1");
  t.add("wh_2");
  auto a1 = t.owe("wh_1", "sess_a", "chat1"), a2 = t.owe("wh_1", "sess_a", "chat1");
  auto b1 = t.owe("wh_1", "sess_a", "chat2"), c1 = t.owe("wh_1", "sess_b", "chat1");
  t.owe("wh_2", "sess_a", "chat1");
  CHECK(t.due("wh_1", 0) == Ids{a1.id, b1.id, c1.id});
  CHECK(t.webhooks.due("wh_1", 0, 2).size() == 2);
  CHECK(t.webhooks.due("wh_1", 0, 1)[0].body == a1.body);

  t.settle("wh_1", a1.id, DeliveryStatus::retrying, 500);
  CHECK(t.due("wh_1", 499) == Ids{b1.id, c1.id});
  CHECK(t.webhooks.next_due("wh_1", 0) == 500);
  CHECK(t.due("wh_1", 500) == Ids{b1.id, c1.id, a1.id});
  t.settle("wh_1", b1.id, DeliveryStatus::delivered, 600);
  t.settle("wh_1", a1.id, DeliveryStatus::dead, 600);
  CHECK(t.due("wh_1", 600) == Ids{a2.id, c1.id});
  CHECK_FALSE(t.webhooks.next_due("wh_1", 600));
  t.settle("wh_1", a2.id, DeliveryStatus::retrying, 9000);
  CHECK(t.due("wh_1", 700) == Ids{c1.id});
  t.webhooks.hasten("wh_1", 700);
  CHECK(t.due("wh_1", 700) == Ids{c1.id, a2.id});
  auto dead = t.webhooks.find_delivery("wh_1", a1.id);
  CHECK(dead->status == DeliveryStatus::dead);
  CHECK(dead->attempts == 2);
  CHECK(dead->finished_at == 600);
  CHECK_FALSE(t.webhooks.find_delivery("wh_2", a1.id));
}

TEST_CASE("deliveries are listed newest first, by status, in pages") {
  World t;
  t.add("wh_1");
  Ids ids;
  for (int i = 0; i < 5; ++i) ids.push_back(t.owe("wh_1", "sess_a", std::to_string(i)).id);
  t.settle("wh_1", ids[1], DeliveryStatus::dead, 10);
  t.settle("wh_1", ids[3], DeliveryStatus::dead, 10);
  DeliveryQuery query{"wh_1", std::nullopt, 0, 3};
  auto page = t.webhooks.deliveries(query);
  REQUIRE(page.size() == 3);
  CHECK(page[0].id == ids[4]);
  query.before = page[2].seq;
  page = t.webhooks.deliveries(query);
  REQUIRE(page.size() == 2);
  CHECK(page[1].id == ids[0]);
  query = {"wh_1", DeliveryStatus::dead, 0, 10};
  page = t.webhooks.deliveries(query);
  REQUIRE(page.size() == 2);
  CHECK(page[0].id == ids[3]);
  auto backlog = t.webhooks.backlog("wh_1");
  CHECK(backlog.open == 3);
  CHECK(backlog.dead == 2);
  CHECK(backlog.oldest_open_at == t.webhooks.find_delivery("wh_1", ids[0])->created_at);
}

TEST_CASE("what is made anew keeps its place in its lane") {
  World t;
  t.add("wh_1");
  auto first = t.owe("wh_1", "sess_a", "chat"), second = t.owe("wh_1", "sess_a", "chat");
  auto other = t.owe("wh_1", "sess_a", "else");
  t.settle("wh_1", first.id, DeliveryStatus::dead, 100);
  t.settle("wh_1", other.id, DeliveryStatus::delivered, 100);
  t.settle("wh_1", second.id, DeliveryStatus::retrying, 90'000);
  CHECK(t.webhooks.requeue({"wh_1", 0, 0, {"session.qr"}, true}, 200) == 0);
  CHECK(t.webhooks.requeue({"wh_1", first.created_at + 1, 0, {}, false}, 200) == 0);
  CHECK(t.webhooks.requeue({"wh_1", 0, first.created_at, {}, false}, 200) == 0);
  CHECK(t.webhooks.requeue({"wh_1", 0, 0, {"message.received"}, false}, 200) == 1);
  CHECK(t.due("wh_1", 200) == Ids{first.id});
  auto again = t.webhooks.find_delivery("wh_1", first.id);
  CHECK(again->status == DeliveryStatus::pending);
  CHECK(again->attempts == 0);
  CHECK(again->body == first.body);
  t.settle("wh_1", first.id, DeliveryStatus::delivered, 300);
  CHECK(t.due("wh_1", 90'000) == Ids{second.id});
  CHECK(t.webhooks.requeue({"wh_1", 0, 0, {}, true}, 400) == 2);
  CHECK(t.due("wh_1", 400) == Ids{first.id, other.id});
}

TEST_CASE("one finished delivery is opened again, before younger ones of its lane") {
  World t;
  t.add("wh_1");
  auto first = t.owe("wh_1", "sess_a", "chat"), second = t.owe("wh_1", "sess_a", "chat");
  CHECK_FALSE(t.webhooks.reopen("wh_1", first.id, 50));
  CHECK_FALSE(t.webhooks.reopen("wh_1", "dlv_none", 50));
  t.settle("wh_1", first.id, DeliveryStatus::dead, 100);
  t.settle("wh_1", second.id, DeliveryStatus::retrying, 90'000);
  CHECK(t.webhooks.reopen("wh_1", first.id, 200));
  CHECK(t.due("wh_1", 200) == Ids{first.id});
  CHECK(t.webhooks.find_delivery("wh_1", first.id)->attempts == 0);
}

TEST_CASE("finished deliveries are retired by age and number; open ones stay") {
  World t;
  t.add("wh_1");
  t.add("wh_2");
  t.owe("wh_1", "sess_a", "open");
  for (int i = 0; i < 6; ++i)
    t.settle("wh_1", t.owe("wh_1", "sess_a", std::to_string(i)).id, DeliveryStatus::dead, 100 + i);
  for (int i = 0; i < 4; ++i)
    t.settle("wh_2", t.owe("wh_2", "s", std::to_string(i)).id, DeliveryStatus::delivered, 100 + i);
  CHECK(t.webhooks.retire({100, 100, 10, 10}, 100) == 0);
  CHECK(t.webhooks.retire({102, 101, 10, 10}, 100) == 3);
  CHECK(t.webhooks.retire({0, 0, 3, 2}, 1) == 1);  // in portions
  CHECK(t.webhooks.retire({0, 0, 3, 2}, 100) == 1);
  CHECK(t.webhooks.retire({0, 0, 3, 2}, 100) == 0);
  CHECK(t.webhooks.backlog("wh_1").dead == 3);
  CHECK(t.webhooks.backlog("wh_1").open == 1);
}

}  // namespace wasphere::store
