#include "daemon/store/database.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <optional>

#include "core/util/encoding.h"
#include "daemon/store/migrations.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/daemon/store/test_database.h"

namespace wasphere::store {
namespace {

namespace fs = std::filesystem;

// A state directory that can be opened again and again, each time as by a new process.
class Fixture {
 public:
  Fixture() : options(test_options(dir)) {}

  Result<Database> open() {
    state_.reset();
    state_.emplace(expect(StateDir::open(dir / "state")));
    return open_database(*state_, options);
  }
  Error refusal() {
    auto opened = open();
    REQUIRE_FALSE(opened);
    return opened.error();
  }
  void run_once(bool clean = true) {
    Database opened = expect(open());
    if (clean) mark_clean(*opened.db);
  }
  std::string db_path() const { return dir / "state/wasphere.db"; }
  void overwrite(std::string_view path, std::size_t at, std::string_view bytes) {
    std::string text = test::read_whole(std::string(path));
    text.replace(at, bytes.size(), bytes);
    std::ofstream(std::string(path), std::ios::binary) << text;
  }

  test::TempDir dir;
  StoreOptions options;

 private:
  std::optional<StateDir> state_;
};

mode_t mode_of(const std::string& path) {
  struct stat info{};
  REQUIRE(::lstat(path.c_str(), &info) == 0);
  return info.st_mode & 07777;
}

}  // namespace

TEST_CASE("a fresh state directory gets a private database, a key and stamps") {
  Fixture f;
  Database first = expect(f.open());
  for (const char* name : {"wasphere.db", "wasphere.db-wal", "wasphere.db-shm", "master.key"})
    CHECK(mode_of(f.dir / ("state/" + std::string(name))) == 0600);
  CHECK(first.node.size() == 32);
  CHECK(first.db->integer("PRAGMA user_version") == std::ssize(migrations()));
  std::string node = first.node;
  first = {};
  CHECK(expect(f.open()).node == node);
}

TEST_CASE("a state directory belongs to one network") {
  Fixture f;
  f.run_once();
  f.options.network_stamp = "whatsapp";
  Error error = f.refusal();
  CHECK(error.code == ErrorCode::network_mismatch);
  CHECK(error.message.find("sandbox:00") != std::string::npos);
  CHECK(error.message.find("whatsapp") != std::string::npos);
  f.options.network_stamp = "sandbox:00";
  CHECK(f.open());
}

TEST_CASE("a key file that went missing is not replaced") {
  Fixture f;
  f.run_once();
  fs::rename(f.options.key_file, f.dir / "aside");
  Error error = f.refusal();
  CHECK(error.code == ErrorCode::key_missing);
  CHECK(error.message.find(f.options.key_file) != std::string::npos);
  CHECK_FALSE(fs::exists(f.options.key_file));
  fs::rename(f.dir / "aside", f.options.key_file);
  CHECK(f.open());
}

TEST_CASE("another key is refused at start") {
  Fixture f;
  f.run_once();
  f.overwrite(f.options.key_file, 0, std::string(64, '0'));
  CHECK(f.refusal().code == ErrorCode::key_mismatch);
  f.overwrite(f.options.key_file, 0, "not hex");
  CHECK(f.refusal().code == ErrorCode::key_mismatch);
}

TEST_CASE("a key file that others may read is refused") {
  Fixture f;
  f.run_once();
  fs::permissions(f.options.key_file, fs::perms::group_read, fs::perm_options::add);
  CHECK(f.refusal().code == ErrorCode::state_insecure);
}

TEST_CASE("a credential is never made by the daemon") {
  Fixture f;
  f.options.key_credential = true;
  CHECK(f.refusal().code == ErrorCode::key_missing);
  CHECK_FALSE(fs::exists(f.options.key_file));
}

TEST_CASE("a start that failed leaves no stamp behind") {
  Fixture f;
  f.options.key_file = f.dir / "no/such/place/master.key";
  CHECK(f.refusal().code == ErrorCode::key_missing);
  f.options = test_options(f.dir);
  f.options.network_stamp = "whatsapp";
  CHECK(f.open());
}

TEST_CASE("a database that others may read, or that is a link, is refused") {
  Fixture f;
  f.run_once();
  fs::permissions(f.db_path(), fs::perms::others_read, fs::perm_options::add);
  CHECK(f.refusal().code == ErrorCode::state_insecure);
  fs::permissions(f.db_path(), fs::perms::others_read, fs::perm_options::remove);
  fs::rename(f.db_path(), f.dir / "state/real.db");
  fs::create_symlink("real.db", f.db_path());
  CHECK(f.refusal().code == ErrorCode::state_insecure);
}

TEST_CASE("a corrupt database is refused and left as it is") {
  Fixture f;
  f.run_once();
  SECTION("in its first bytes") {
    f.overwrite(f.db_path(), 0, "garbage!");
  }
  SECTION("in a page in the middle") {
    f.overwrite(f.db_path(), 4096, std::string(4096, 'x'));
  }
  SECTION("cut off") {
    fs::resize_file(f.db_path(), 9000);
  }
  std::string before = test::read_whole(f.db_path());
  Error error = f.refusal();
  CHECK(error.code == ErrorCode::storage_corrupt);
  CHECK(error.message.find("cannot use the database " + f.db_path()) == 0);
  CHECK((test::read_whole(f.db_path()) == before));
}

TEST_CASE("a corrupt database with a log to replay is refused and left as it is") {
  Fixture f;
  test::TempDir copy;
  {
    Database opened = expect(f.open());
    opened.db->run("INSERT INTO meta (key, value) VALUES ('x', 'y')");
    fs::copy(f.dir / "state", copy / "state", fs::copy_options::recursive);
  }
  fs::remove_all(f.dir / "state");
  fs::rename(copy / "state", f.dir / "state");
  fs::remove(f.dir / "state/wasphere.db-shm");
  f.overwrite(f.dir / "state/wasphere.db-wal", 32 + 24, std::string(4096, 'x'));  // its first frame
  fs::resize_file(f.db_path(), 4096);
  f.overwrite(f.db_path(), 100, std::string(300, 'x'));
  std::string database = test::read_whole(f.db_path());
  std::string log = test::read_whole(f.db_path() + "-wal");
  REQUIRE_FALSE(log.empty());
  CHECK(f.refusal().code == ErrorCode::storage_corrupt);
  CHECK((test::read_whole(f.db_path()) == database));  // not printed: it is long
  CHECK((test::read_whole(f.db_path() + "-wal") == log));
}

TEST_CASE("a newer schema is refused and left as it is") {
  Fixture f;
  f.run_once();
  {
    Db db(f.db_path());
    db.script("PRAGMA user_version = 99");
  }
  std::string before = test::read_whole(f.db_path());
  Error error = f.refusal();
  CHECK(error.code == ErrorCode::storage_corrupt);
  CHECK(error.message.find("newer WaSphere (schema 99") != std::string::npos);
  CHECK((test::read_whole(f.db_path()) == before));
}

TEST_CASE("what was committed is there after a crash") {
  Fixture f;
  test::TempDir copy;
  {
    Database opened = expect(f.open());
    opened.db->run("INSERT INTO meta (key, value) VALUES ('kept', 'yes')");
    opened.db->run("BEGIN IMMEDIATE");
    opened.db->run("INSERT INTO meta (key, value) VALUES ('lost', 'yes')");
    // The files as a kill at this point leaves them.
    fs::copy(f.dir / "state", copy / "state", fs::copy_options::recursive);
    opened.db->run("ROLLBACK");
  }
  fs::remove_all(f.dir / "state");
  fs::rename(copy / "state", f.dir / "state");
  Database again = expect(f.open());
  CHECK(again.db->integer("SELECT count(*) FROM meta WHERE key = 'kept'") == 1);
  CHECK(again.db->integer("SELECT count(*) FROM meta WHERE key = 'lost'") == 0);
}

TEST_CASE("a disk that is full at the first start is storage_unavailable") {
  Fixture f;
  f.options.max_page_count = 3;
  CHECK(f.refusal().code == ErrorCode::storage_unavailable);
  f.options.max_page_count = 0;
  CHECK(f.open());
}

}  // namespace wasphere::store
