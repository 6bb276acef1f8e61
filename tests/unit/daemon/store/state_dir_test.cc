#include "daemon/store/state_dir.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "core/util/encoding.h"
#include "tests/support/temp_dir.h"

namespace wasphere::store {
namespace {

namespace fs = std::filesystem;

Error error_of(const std::string& path) {
  auto state = StateDir::open(path);
  REQUIRE_FALSE(state);
  return state.error();
}

mode_t mode_of(const std::string& path) {
  struct stat info{};
  REQUIRE(::lstat(path.c_str(), &info) == 0);
  return info.st_mode & 07777;
}

}  // namespace

TEST_CASE("a missing state directory is made private") {
  test::TempDir dir;
  ::umask(0);
  auto state = StateDir::open(dir / "state");
  ::umask(022);
  REQUIRE(state);
  CHECK(mode_of(dir / "state") == 0700);
  CHECK(mode_of(dir / "state/lock") == 0600);
  CHECK(state->path() == fs::canonical(dir / "state"));
}

TEST_CASE("only the last component is made") {
  test::TempDir dir;
  Error error = error_of(dir / "no/such/parent");
  CHECK(error.code == ErrorCode::io_error);
  CHECK(error.message.find("No such file or directory") != std::string::npos);
}

TEST_CASE("a state directory that others may enter is refused with the remedy") {
  test::TempDir dir;
  for (fs::perms extra : {fs::perms::group_read, fs::perms::group_exec, fs::perms::others_write}) {
    fs::create_directory(dir / "state");
    fs::permissions(dir / "state", fs::perms::owner_all | extra);
    Error error = error_of(dir / "state");
    CHECK(error.code == ErrorCode::state_insecure);
    CHECK(error.message.find(dir / "state") == 0);
    CHECK(error.remedy == "Run: chmod 0700 " + (dir / "state"));
    CHECK_FALSE(fs::exists(dir / "state/lock"));
    fs::remove(dir / "state");
  }
}

TEST_CASE("a state directory of another user is refused") {
  if (::geteuid() != 0) return;  // only root can give a directory away
  test::TempDir dir;
  fs::create_directory(dir / "state");
  fs::permissions(dir / "state", fs::perms::owner_all);
  REQUIRE(::chown((dir / "state").c_str(), 12345, 12345) == 0);
  Error error = error_of(dir / "state");
  CHECK(error.code == ErrorCode::state_insecure);
  CHECK(error.message.find("belongs to user 12345") != std::string::npos);
}

TEST_CASE("a state directory has one daemon at a time") {
  test::TempDir dir;
  {
    auto first = StateDir::open(dir / "state");
    REQUIRE(first);
    Error error = error_of(dir / "state");
    CHECK(error.code == ErrorCode::state_locked);
    CHECK(error.message.find("(process " + std::to_string(::getpid()) + ")") != std::string::npos);
    CHECK(error.message.find(first->path()) != std::string::npos);
  }
  CHECK(StateDir::open(dir / "state"));  // the lock died with its holder
}

TEST_CASE("a link may lead to the state directory but not out of it") {
  test::TempDir dir;
  fs::create_directory(dir / "real");
  fs::permissions(dir / "real", fs::perms::owner_all);
  fs::create_directory_symlink(dir / "real", dir / "state");
  CHECK(StateDir::open(dir / "state"));

  fs::remove(dir / "real/lock");
  dir.write("victim", "keep me");
  fs::create_symlink(dir / "victim", dir / "real/lock");
  CHECK(error_of(dir / "state").message.find("cannot open") == 0);
  CHECK(test::read_whole(dir / "victim") == "keep me");
}

TEST_CASE("private files are made once, whole and closed to others") {
  test::TempDir dir;
  auto state = StateDir::open(dir / "state");
  REQUIRE(state);
  FileName file = state->file("secret");
  dir.write("state/secret.new", "left by an attempt that was cut off");
  ::umask(0);
  CHECK(create_private(file, as_bytes("one")));
  ::umask(022);
  CHECK(mode_of(file.shown) == 0600);
  CHECK_FALSE(fs::exists(file.shown + ".new"));
  CHECK_FALSE(create_private(file, as_bytes("two")));
  auto read = read_private(file, 10);
  REQUIRE(read);
  REQUIRE(*read);
  CHECK(as_text(**read) == "one");
  CHECK(read_private(file, 2)->value().size() == 3);  // longer than asked for: seen

  fs::permissions(file.shown, fs::perms::owner_read | fs::perms::group_read);
  auto wide = read_private(file, 10);
  REQUIRE_FALSE(wide);
  CHECK(wide.error().remedy == "Run: chmod 0600 " + file.shown);
  CHECK(read_private(file, 10, Trust::credential));  // an access list shows as group bits

  CHECK(destroy_file(file));
  CHECK_FALSE(fs::exists(file.shown));
  CHECK(destroy_file(file));
  auto gone = read_private(file, 10);
  REQUIRE(gone);
  CHECK_FALSE(*gone);
}

TEST_CASE("private files are not read through links") {
  test::TempDir dir;
  auto state = StateDir::open(dir / "state");
  REQUIRE(state);
  dir.write("elsewhere", "text");
  fs::create_symlink(dir / "elsewhere", dir / "state/secret");
  auto read = read_private(state->file("secret"), 10);
  REQUIRE_FALSE(read);
  CHECK(read.error().code == ErrorCode::state_insecure);
  fs::create_directory_symlink(dir.path(), dir / "state/sub");
  auto sub = open_private_directory(state->file("sub"));
  REQUIRE_FALSE(sub);
  CHECK(sub.error().code == ErrorCode::state_insecure);
}

}  // namespace wasphere::store
