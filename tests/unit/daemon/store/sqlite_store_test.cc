#include "daemon/store/sqlite_store.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <future>
#include <thread>

#include "tests/support/faulty_store.h"
#include "tests/support/run_until.h"
#include "tests/support/seeded_rng.h"

namespace wasphere::store {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using test::FaultyStore;
using test::run_task;
using test::run_until;

SessionRow session(const std::string& id) {
  SessionRow row;
  row.id = row.name = id;
  return row;
}

EventRow event(const std::string& id) {
  EventRow row;
  row.id = id;
  row.type = "session.created";
  row.payload = "{}";
  return row;
}

runtime::Task<wasphere::Status> insert(Store& store, SessionRow row, Haste haste = Haste::now) {
  auto job = [&row](Tx& tx) { return tx.sessions.insert(row); };
  co_return co_await store.run(job, haste);
}

runtime::Task<Result<std::int64_t>> append(Store& store, EventRow row) {
  auto job = [&row](Tx& tx) -> Result<std::int64_t> { return tx.events.append(row); };
  co_return co_await store.run(job);
}

runtime::Task<Result<std::size_t>> count(Store& store) {
  auto job = [](Tx& tx) -> Result<std::size_t> { return tx.sessions.all().size(); };
  co_return co_await store.run(job);
}

std::size_t sessions_in(asio::io_context& io, Store& store) {
  auto found = run_task(io, count(store));
  REQUIRE(found);
  return *found;
}

// Runs what is ready now.
void settle(asio::io_context& io) {
  io.restart();
  while (io.poll() != 0) {
  }
}

// Keeps the store thread busy until released, so that what comes behind it waits together.
class Blockade {
 public:
  Blockade(asio::io_context& io, Store& store) {
    asio::co_spawn(io, hold(store, held_, release_), asio::detached);
    settle(io);
    REQUIRE(held_.get_future().wait_for(std::chrono::seconds(10)) == std::future_status::ready);
  }
  void release() { release_.set_value(); }

 private:
  static runtime::Task<> hold(Store& store, std::promise<void>& held, std::promise<void>& release) {
    auto job = [&](Tx&) -> wasphere::Status {
      held.set_value();
      release.get_future().wait();
      return {};
    };
    auto done = co_await store.run(job);
    if (!done) throw std::runtime_error(done.error().message);
  }
  std::promise<void> held_;
  std::promise<void> release_;
};

}  // namespace

TEST_CASE("a transaction's value comes back on the main thread") {
  asio::io_context io;
  FaultyStore store(io);
  const auto main_thread = std::this_thread::get_id();
  std::thread::id job_thread;
  std::thread::id resumed_on;
  auto task = [](Store& s, std::thread::id& job_id,
                 std::thread::id& resumed) -> runtime::Task<std::string> {
    auto job = [&job_id](Tx&) -> Result<std::string> {
      job_id = std::this_thread::get_id();
      return "value";
    };
    auto out = co_await s.run(job);
    resumed = std::this_thread::get_id();
    co_return out.value();
  };
  CHECK(run_task(io, task(*store, job_thread, resumed_on)) == "value");
  CHECK(resumed_on == main_thread);
  CHECK(job_thread != main_thread);
}

TEST_CASE("an error result undoes its transaction and reaches the caller whole") {
  asio::io_context io;
  FaultyStore store(io);
  auto task = [](Store& s) -> runtime::Task<wasphere::Status> {
    auto job = [](Tx& tx) -> wasphere::Status {
      WS_CHECK(tx.sessions.insert(session("sess_a")));
      Error error{ErrorCode::rate_limited, "slow down"};
      error.retry_after_ms = 42;
      return fail(error);
    };
    co_return co_await s.run(job);
  };
  auto status = run_task(io, task(*store));
  REQUIRE_FALSE(status);
  CHECK(status.error().code == ErrorCode::rate_limited);
  CHECK(status.error().retry_after_ms == 42);
  CHECK(sessions_in(io, *store) == 0);
}

TEST_CASE("transactions that wait are committed together, a failed one left out") {
  asio::io_context io;
  FaultyStore store(io);
  Blockade blockade(io, *store);
  std::vector<std::optional<wasphere::Status>> results(10);
  for (std::size_t i = 0; i < results.size(); ++i) {
    std::string id = "sess_" + std::to_string(i == 7 ? 3 : i);  // the eighth repeats a name
    asio::co_spawn(io, insert(*store, session(id)),
                   [&results, i](std::exception_ptr, wasphere::Status s) { results[i] = s; });
  }
  settle(io);
  int before = store.faults().commits();
  blockade.release();
  REQUIRE(run_until(io, [&] { return std::ranges::all_of(results, [](auto& r) { return !!r; }); }));
  CHECK(store.faults().commits() - before == 2);  // the blockade's own and one for all of these
  for (std::size_t i = 0; i < results.size(); ++i) {
    INFO(i);
    if (i == 7) {
      CHECK(results[i]->error().code == ErrorCode::session_exists);
    } else {
      CHECK(results[i]->has_value());
    }
  }
  CHECK(sessions_in(io, *store) == 9);
}

TEST_CASE("what may wait goes along with the next that may not, in the order asked for") {
  asio::io_context io;
  FaultyStore store(io);
  Blockade blockade(io, *store);
  std::vector<std::string> done;
  const auto start = [&](const std::string& id, Haste haste) {
    asio::co_spawn(io, insert(*store, session(id), haste),
                   [&done, id](std::exception_ptr, wasphere::Status) { done.push_back(id); });
  };
  start("sess_a", Haste::may_wait);
  start("sess_b", Haste::now);
  settle(io);
  const int before = store.faults().commits();
  blockade.release();
  REQUIRE(run_until(io, [&] { return done.size() == 2; }));
  CHECK(done == std::vector<std::string>{"sess_a", "sess_b"});
  CHECK(store.faults().commits() - before == 2);  // the blockade's own and one for both
}

TEST_CASE("what may wait is done although nothing follows, and when the store stops") {
  asio::io_context io;
  FaultyStore store(io);
  CHECK(run_task(io, insert(*store, session("sess_a"), Haste::may_wait)));
  CHECK(sessions_in(io, *store) == 1);
  asio::co_spawn(io, insert(*store, session("sess_b"), Haste::may_wait), asio::detached);
  settle(io);
  store.reopen();
  CHECK(sessions_in(io, *store) == 2);
}

TEST_CASE("nobody is told before the commit") {
  asio::io_context io;
  FaultyStore store(io);
  store.faults().fail_commit(1);
  auto status = run_task(io, insert(*store, session("sess_a")));
  REQUIRE_FALSE(status);
  CHECK(status.error().code == ErrorCode::storage_unavailable);
  CHECK(sessions_in(io, *store) == 0);
  CHECK(run_task(io, insert(*store, session("sess_a"))));
  CHECK(sessions_in(io, *store) == 1);
}

TEST_CASE("a scenario meets the failure of each of its commits, then none") {
  std::vector<int> sessions;
  const int failures = test::for_each_failing_commit([&](test::FailingCommit& commit) {
    asio::io_context io;
    FaultyStore store(io);
    REQUIRE(run_task(io, insert(*store, session("sess_before"))));
    commit.arm(store);
    for (const char* id : {"sess_a", "sess_b"}) run_task(io, insert(*store, session(id)));
    commit.disarm();
    CHECK(commit.met() == (commit.nth() <= 2));
    sessions.push_back(static_cast<int>(sessions_in(io, *store)));
  });
  CHECK(failures == 2);
  CHECK(sessions == std::vector<int>{2, 2, 3});
}

TEST_CASE("committed transactions survive a restart, also one without an orderly end") {
  asio::io_context io;
  FaultyStore store(io);
  REQUIRE(run_task(io, insert(*store, session("sess_a"))));
  test::TempDir copy;
  fs::copy(store.state_path(), copy / "state", fs::copy_options::recursive);  // as a kill leaves it
  store.reopen();
  CHECK(sessions_in(io, *store) == 1);
  store.close();
  fs::remove_all(store.state_path());
  fs::rename(copy / "state", store.state_path());
  store.open();
  CHECK(sessions_in(io, *store) == 1);
}

TEST_CASE("a full disk is told to the caller and passes") {
  asio::io_context io;
  FaultyStore store(io);
  store.close();
  store.max_page_count = 1;  // no more than it has
  store.open();
  EventRow big = event("evt_a");
  big.payload.assign(500'000, 'x');
  auto refused = run_task(io, append(*store, big));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::storage_unavailable);
  CHECK(sessions_in(io, *store) == 0);  // reading goes on
  store.close();
  store.max_page_count = 0;
  store.open();
  CHECK(run_task(io, append(*store, big)) == 1);
}

TEST_CASE("on_events tells the newest number after the commit") {
  asio::io_context io;
  FaultyStore store(io);
  std::vector<std::int64_t> told;
  store->on_events = [&](std::int64_t seq) { told.push_back(seq); };
  REQUIRE(run_task(io, append(*store, event("evt_a"))));
  REQUIRE(run_until(io, [&] { return !told.empty(); }));
  CHECK(told == std::vector<std::int64_t>{1});
  store.faults().fail_commit(1);
  CHECK_FALSE(run_task(io, append(*store, event("evt_b"))));
  CHECK(sessions_in(io, *store) == 0);
  CHECK(told.size() == 1);
  REQUIRE(run_task(io, append(*store, event("evt_b"))));
  REQUIRE(run_until(io, [&] { return told.size() == 2; }));
  CHECK(told.back() == 2);
}

TEST_CASE("stopping finishes what waits and refuses what comes later") {
  asio::io_context io;
  FaultyStore store(io);
  Blockade blockade(io, *store);
  std::vector<wasphere::Status> results;
  for (int i = 0; i < 600; ++i) {  // several batches
    asio::co_spawn(io, insert(*store, session("sess_" + std::to_string(i))),
                   [&](std::exception_ptr, wasphere::Status s) { results.push_back(s); });
  }
  settle(io);
  blockade.release();
  store->stop();
  store->stop();  // harmless
  REQUIRE(run_until(io, [&] { return results.size() == 600; }));
  CHECK(std::ranges::all_of(results, [](auto& status) { return status.has_value(); }));
  auto late = run_task(io, insert(*store, session("sess_late")));
  REQUIRE_FALSE(late);
  CHECK(late.error().code == ErrorCode::shutting_down);
  store.reopen();
  CHECK(sessions_in(io, *store) == 600);
}

TEST_CASE("the io_context runs as long as a transaction is under way") {
  asio::io_context io;
  FaultyStore store(io);
  bool over = false;
  asio::co_spawn(io, insert(*store, session("sess_a")),
                 [&](std::exception_ptr, wasphere::Status s) { over = s.has_value(); });
  io.run();
  CHECK(over);
}

TEST_CASE("an event notice in flight does not outlive the store") {
  asio::io_context io;
  FaultyStore store(io);
  int told = 0;
  store->on_events = [&](std::int64_t) { ++told; };
  asio::co_spawn(io, append(*store, event("evt_a")), asio::detached);
  settle(io);
  store.close();  // commits and posts, but nothing of it has run yet
  io.restart();
  io.run();
  CHECK(told == 0);
}

TEST_CASE("a second store on the same state directory is refused") {
  asio::io_context io;
  FaultyStore store(io);
  auto second = StateDir::open(store.state_path());
  REQUIRE_FALSE(second);
  CHECK(second.error().code == ErrorCode::state_locked);
}

TEST_CASE("every commit of a life may fail once without harm") {
  // The n-th commit fails, n = 1, 2, … until the whole life passes untouched.
  for (int n = 1;; ++n) {
    INFO("commit " << n);
    asio::io_context io;
    FaultyStore store(io);
    test::SeededRng rng;
    auto device = stanza::Device::generate(rng);
    store.faults().fail_commit(n);
    bool failed = false;
    auto must = [&](auto make) {
      auto status = run_task(io, make());
      if (status) return;
      CHECK(status.error().code == ErrorCode::storage_unavailable);
      failed = true;
      REQUIRE(run_task(io, make()));  // the same again works
    };
    auto in_tx = [&](std::function<wasphere::Status(Tx&)> job) {
      must([&] { return store->run(job); });
    };
    in_tx([](Tx& tx) { return tx.sessions.insert(session("sess_a")); });
    in_tx([&](Tx& tx) -> wasphere::Status {
      tx.devices.save("sess_a", device);
      tx.events.append(event("evt_a"));
      return {};
    });
    in_tx([&](Tx& tx) -> wasphere::Status {
      auto keys = tx.pre_keys.reserve("sess_a", 2, rng);
      tx.pre_keys.mark_uploaded("sess_a", {keys[0].id, keys[1].id});
      return {};
    });
    in_tx([&](Tx& tx) -> wasphere::Status {
      WS_TRY(auto loaded, tx.devices.load("sess_a"));
      if (!loaded || stanza::serialize(*loaded) != stanza::serialize(device))
        return fail(ErrorCode::internal, "another device");
      if (tx.events.last_seq() != 1) return fail(ErrorCode::internal, "event lost or doubled");
      return {};
    });
    in_tx([](Tx& tx) -> wasphere::Status {
      tx.sessions.remove("sess_a");
      return {};
    });
    in_tx([](Tx& tx) -> wasphere::Status {
      if (!tx.sessions.all().empty()) return fail(ErrorCode::internal, "not removed");
      return {};
    });
    CHECK_FALSE(fs::exists(store.state_path() + "/sessions/sess_a"));
    if (failed) continue;
    CHECK(n == 7);
    break;
  }
}

}  // namespace wasphere::store
