// A process that is killed in the middle of its work: what it was told is committed must be there.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "daemon/store/group_commit.h"
#include "tests/support/seeded_rng.h"
#include "tests/unit/daemon/store/test_database.h"

namespace wasphere::store {
namespace {

// Commits sessions with their credentials for ever and writes a byte for each; only a signal ends
// it.
[[noreturn]] void work_until_killed(const std::string& path, const StoreOptions& options, int out) {
  auto state = StateDir::open(path);
  if (!state) ::_exit(1);
  auto database = open_database(*state, options);
  if (!database) ::_exit(2);
  GroupCommit group(*database->db, *database->keys, {});
  test::SeededRng rng(static_cast<std::uint64_t>(::getpid()));
  for (;;) {
    Work work = [&](Tx& tx) -> wasphere::Status {
      SessionRow row;
      row.id = row.name = "sess_" + std::to_string(tx.sessions.all().size());
      WS_CHECK(tx.sessions.insert(row));
      tx.devices.save(row.id, stanza::Device::generate(rng));
      tx.events.append({0, "evt_x", "session.created", row.id, 0, "{}", 0});
      return {};
    };
    if (!group.run({work}).statuses[0] || ::write(out, "+", 1) != 1) ::_exit(3);
  }
}

// Starts the worker, kills it after `acknowledged` commits or a little later; how many it wrote in
// all.
std::size_t run_and_kill(const std::string& path, const StoreOptions& options,
                         std::size_t acknowledged) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(ends[0]);
    work_until_killed(path, options, ends[1]);
  }
  ::close(ends[1]);
  std::size_t count = 0;
  char byte = 0;
  while (count < acknowledged && ::read(ends[0], &byte, 1) == 1) ++count;
  ::kill(child, SIGKILL);
  while (::read(ends[0], &byte, 1) == 1) ++count;  // written before the signal arrived
  ::close(ends[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  return count;
}

}  // namespace

TEST_CASE("a kill loses nothing that was acknowledged and leaves nothing half done") {
  test::TempDir dir;
  StoreOptions options = test_options(dir);
  std::size_t acknowledged = 0;
  for (std::size_t round = 1; round <= 5; ++round) {
    INFO("round " << round);
    acknowledged += run_and_kill(dir / "state", options, round);
    StateDir state = expect(StateDir::open(dir / "state"));
    Database database = expect(open_database(state, options));
    Tables tables{*database.db, *database.keys, {}};
    auto sessions = SqliteSessionRepo(tables).all();
    CHECK(sessions.size() >= acknowledged);
    CHECK(sessions.size() <= acknowledged + 1);  // committed, but killed before it could say so
    acknowledged = sessions.size();
    CHECK(SqliteEventRepo(tables).last_seq() == static_cast<std::int64_t>(sessions.size()));
    for (const SessionRow& row : sessions) {
      auto device = SqliteDeviceRepo(tables).load(row.id);
      REQUIRE(device);
      CHECK(device->has_value());
    }
  }
}

}  // namespace wasphere::store
