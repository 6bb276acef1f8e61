#include "daemon/watchdog.h"

#include <catch2/catch.hpp>
#include <condition_variable>
#include <mutex>

#include "daemon/store/open_store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/run_until.h"
#include "tests/support/temp_dir.h"

namespace wasphere {
namespace {

// The store thread stands still in its commit while `stuck`.
struct Fixture {
  test::TempDir dir;
  boost::asio::io_context io;
  test::ManualClock clock{&io};
  std::mutex mutex;
  std::condition_variable changed;
  bool stuck = false;
  std::optional<store::StateDir> state;
  std::unique_ptr<store::Store> store;
  int fed = 0;

  Fixture() {
    auto opened = store::StateDir::open(dir / "state");
    REQUIRE(opened);
    state.emplace(*std::move(opened));
    store::StoreOptions options;
    options.network_stamp = "sandbox:00";
    options.key_file = dir / "state/master.key";
    options.commit_fault = [this](int) -> std::optional<Error> {
      std::unique_lock lock(mutex);
      changed.wait(lock, [this] { return !stuck; });
      return std::nullopt;
    };
    auto made = store::open_store(io, *state, options);
    REQUIRE(made);
    store = *std::move(made);
  }
  void stick(bool on) {
    std::lock_guard lock(mutex);
    stuck = on;
    changed.notify_all();
  }
};

}  // namespace

TEST_CASE("the watchdog is fed three times in a period while all is well") {
  Fixture f;
  Watchdog dog(f.io, f.clock, *f.store, std::chrono::seconds(30), [&] { ++f.fed; });
  for (int i = 1; i <= 5; ++i) {
    f.clock.advance(std::chrono::seconds(10));
    REQUIRE(test::run_until(f.io, [&] { return f.fed == i; }));
  }
  dog.stop();
  f.clock.advance(std::chrono::seconds(60));
  CHECK(f.fed == 5);
}

TEST_CASE("a store thread that stands still starves the watchdog, and feeds it once it goes on") {
  Fixture f;
  Watchdog dog(f.io, f.clock, *f.store, std::chrono::seconds(30), [&] { ++f.fed; });
  f.stick(true);
  for (int i = 0; i < 20; ++i) f.clock.advance(std::chrono::seconds(10));  // the loop is well
  CHECK(f.fed == 0);
  f.stick(false);
  CHECK(test::run_until(f.io, [&] { return f.fed > 0; }));
  dog.stop();
}

}  // namespace wasphere
