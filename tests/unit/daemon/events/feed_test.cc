#include "daemon/events/feed.h"

#include <catch2/catch.hpp>

#include "tests/support/faulty_store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/run_until.h"

using namespace wasphere;

namespace {

struct RecordingSink final : events::Sink {
  bool open = true;
  std::vector<std::string> seen;
  std::vector<std::int64_t> gaps;

  bool ready() const override { return open; }
  void deliver(const store::EventRow& event) override { seen.push_back(event.id); }
  void gap(std::int64_t, std::int64_t first_seq) override { gaps.push_back(first_seq); }
};

struct Fixture {
  boost::asio::io_context io;
  test::ManualClock clock{&io};
  test::FaultyStore store{io};
  events::EventFeed feed{io, *store, clock};
  std::shared_ptr<RecordingSink> sink = std::make_shared<RecordingSink>();

  Fixture() {
    store->on_events = [this](std::int64_t newest) { feed.wake(newest); };
  }

  void append(const std::string& id, const std::string& type = "session.status",
              std::int64_t expires_at = 0) {
    store::EventRow event;
    event.id = id;
    event.type = type;
    event.session_id = "sess_" + type;
    event.payload = "{}";
    event.expires_at = expires_at;
    auto job = [event](store::Tx& tx) -> Result<std::int64_t> { return tx.events.append(event); };
    REQUIRE(test::run_task(io, store->run(job)));
  }

  void retire_all() {
    auto job = [](store::Tx& tx) -> Result<std::size_t> { return tx.events.retire(0, 0, 1000); };
    REQUIRE(test::run_task(io, store->run(job)));
  }

  bool sees(std::vector<std::string> ids) {
    return test::run_until(io, [&] { return sink->seen == ids; });
  }
};

}  // namespace

TEST_CASE("a subscription reads the log from its cursor and goes on with what comes") {
  Fixture f;
  f.append("one");
  f.append("two");
  auto reader = f.feed.subscribe({}, 1, f.sink);
  CHECK(f.sees({"two"}));
  f.append("three");
  CHECK(f.sees({"two", "three"}));
}

TEST_CASE("a filter admits types and sessions") {
  Fixture f;
  events::Filter filter;
  filter.types = {"session.qr"};
  auto reader = f.feed.subscribe(filter, 0, f.sink);
  f.append("no");
  f.append("yes", "session.qr");
  CHECK(f.sees({"yes"}));
  filter.session_ids = {"sess_other"};
  CHECK_FALSE(filter.admits({1, "x", "session.qr", "sess_1", 0, "{}", 0}));
}

TEST_CASE("a sink that is not ready is left alone until it is resumed") {
  Fixture f;
  f.sink->open = false;
  auto reader = f.feed.subscribe({}, 0, f.sink);
  f.append("one");
  f.io.poll();
  CHECK(f.sink->seen.empty());
  f.sink->open = true;
  reader->resume();
  CHECK(f.sees({"one"}));
}

TEST_CASE("what has expired is skipped") {
  Fixture f;
  const std::int64_t now = runtime::unix_millis(f.clock);
  auto reader = f.feed.subscribe({}, 0, f.sink);
  f.append("stale", "session.qr", now - 1);
  f.append("fresh", "session.qr", now + 1000);
  CHECK(f.sees({"fresh"}));
}

TEST_CASE("a cursor behind retention is told of the gap") {
  Fixture f;
  f.append("one");
  f.append("two");
  f.retire_all();
  auto reader = f.feed.subscribe({}, 0, f.sink);
  CHECK(test::run_until(f.io, [&] { return f.sink->gaps == std::vector<std::int64_t>{3}; }));
  f.append("three");
  CHECK(f.sees({"three"}));
}

TEST_CASE("nothing is delivered after cancel, and the newest is known") {
  Fixture f;
  auto reader = f.feed.subscribe({}, 0, f.sink);
  reader->cancel();
  f.append("one");
  CHECK(test::run_until(f.io, [&] { return f.feed.newest() == 1; }));
  f.io.poll();
  CHECK(f.sink->seen.empty());
}
