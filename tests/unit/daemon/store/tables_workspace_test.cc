#include <catch2/catch.hpp>

#include "daemon/store/tables_admin.h"
#include "tests/unit/daemon/store/test_database.h"

namespace wasphere::store {
namespace {

constexpr std::int64_t kHour = 3'600'000;
constexpr std::int64_t kNow = 20'000LL * 24 * kHour + 6 * kHour;  // six in the morning, UTC

// Only what the figures are made from.
void add_message(Db& db, const std::string& id, const std::string& type, const std::string& status,
                 std::int64_t queued_at, std::int64_t sent_at) {
  db.run(
      "INSERT INTO messages (session_id, id, chat, chat_phone, sender, sender_phone, "
      "sender_device, "
      "from_me, offline, push_name, type, raw_type, text, content, context, ephemeral_s, source, "
      "status, error, error_code, attempts, time, queued_at, sent_at, delivered_at, read_at, "
      "played_at, edited_at, revoked_at, secret, payload, bytes) VALUES ('sess_a', ?1, 'c', '', "
      "'', "
      "'', '', 1, 0, '', ?2, '', '', '', '', 0, '', ?3, '', 0, 0, 0, ?4, ?5, 0, 0, 0, 0, 0, x'', "
      "x'', 0)",
      id, type, status, queued_at, sent_at);
}

}  // namespace

TEST_CASE("sends are counted by day, type and end", "[tables_workspace]") {
  TestDatabase base;
  base.add_session("sess_a");
  add_message(base.db(), "1", "text", "sent", kNow - 60'000, kNow - 58'000);
  add_message(base.db(), "2", "text", "failed", kNow - kHour, 0);
  add_message(base.db(), "3", "poll", "sent", kNow - 2 * kHour, kNow - 2 * kHour + 10);
  add_message(base.db(), "4", "text", "sent", kNow - 7 * kHour, kNow);  // yesterday
  add_message(base.db(), "5", "text", "sent", kNow - 30 * kHour, kNow);
  add_message(base.db(), "6", "text", "received", 0, 0);  // of somebody else

  const SendFigures figures = SqliteWorkspaceRepo(base.tables()).sends(kNow);
  CHECK(figures.last_day == 4);
  CHECK(figures.day_before == 1);
  CHECK(figures.failed == 1);
  CHECK(figures.today ==
        std::vector<std::pair<std::string, std::int64_t>>{{"poll", 1}, {"text", 2}});
  CHECK(figures.days == std::vector<std::int64_t>{0, 0, 0, 0, 0, 2, 3});
  CHECK(figures.mean_latency_ms == 2000);
  CHECK(figures.waiting == 0);
}

TEST_CASE("a setting is what was set last", "[tables_workspace]") {
  TestDatabase base;
  SqliteWorkspaceRepo workspace(base.tables());
  CHECK(!workspace.setting("name"));
  workspace.set("name", "a");
  workspace.set("name", "b");
  CHECK(workspace.setting("name") == "b");
}

}  // namespace wasphere::store
