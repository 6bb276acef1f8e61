#include "sandbox/state_files.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/support/temp_dir.h"

namespace wasphere::sandbox {
namespace {

using wasphere::test::TempDir;

Result<StateFiles> open_in(const TempDir& dir) {
  return StateFiles::open(dir / "state", {"devices"});
}

TEST_CASE("what was written is read back, and what was not is absent") {
  const TempDir dir;
  auto files = open_in(dir);
  REQUIRE(files);
  REQUIRE(files->write("a.json", "one"));
  REQUIRE(files->write("a.json", "two"));
  CHECK(**files->read("a.json") == "two");
  CHECK(*files->read("b.json") == std::nullopt);
}

TEST_CASE("files and directories are private") {
  const TempDir dir;
  auto files = open_in(dir);
  REQUIRE(files->write("devices/x.json", "{}"));
  struct stat info{};
  REQUIRE(::stat((dir / "state/devices/x.json").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  REQUIRE(::stat((dir / "state/devices").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0700);
}

TEST_CASE("a listing shows finished files only") {
  const TempDir dir;
  auto files = open_in(dir);
  REQUIRE(files->write("devices/b.json", "{}"));
  REQUIRE(files->write("devices/a.json", "{}"));
  dir.write("state/devices/c.json.tmp", "half");
  CHECK(*files->list("devices") == std::vector<std::string>{"devices/a.json", "devices/b.json"});
  REQUIRE(files->remove("devices/a.json"));
  REQUIRE(files->remove("devices/a.json"));
  CHECK(files->list("devices")->size() == 1);
}

TEST_CASE("a second sandbox is kept out until the first has gone") {
  const TempDir dir;
  {
    auto first = open_in(dir);
    REQUIRE(first);
    auto second = open_in(dir);
    REQUIRE_FALSE(second);
    CHECK(second.error().code == ErrorCode::state_locked);
  }
  CHECK(open_in(dir));
}

TEST_CASE("a directory that others may read is refused") {
  const TempDir dir;
  std::filesystem::create_directory(dir / "state");
  ::chmod((dir / "state").c_str(), 0755);
  auto files = open_in(dir);
  REQUIRE_FALSE(files);
  CHECK(files.error().code == ErrorCode::state_insecure);
}

TEST_CASE("a failed write keeps the old content and says which file") {
  const TempDir dir;
  auto files = open_in(dir);
  REQUIRE(files->write("a.json", "old"));
  std::filesystem::create_directory(dir / "state/a.json.tmp");  // the temporary cannot be made
  auto written = files->write("a.json", "new");
  REQUIRE_FALSE(written);
  CHECK(written.error().code == ErrorCode::io_error);
  CHECK(written.error().message.find("a.json") != std::string::npos);
  CHECK(**files->read("a.json") == "old");
}

}  // namespace
}  // namespace wasphere::sandbox
