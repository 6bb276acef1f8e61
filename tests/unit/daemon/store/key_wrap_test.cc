#include "daemon/store/key_wrap.h"

#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <set>

#include "core/util/encoding.h"
#include "daemon/store/failure.h"
#include "tests/support/temp_dir.h"

namespace wasphere::store {
namespace {

namespace fs = std::filesystem;

SealKey key_of(std::uint8_t byte) {
  ByteArray<32> bytes;
  bytes.fill(byte);
  return SealKey(bytes);
}

StateDir state_in(const test::TempDir& dir) {
  auto state = StateDir::open(dir / "state");
  REQUIRE(state);
  return *std::move(state);
}

mode_t mode_of(const std::string& path) {
  struct stat info{};
  REQUIRE(::lstat(path.c_str(), &info) == 0);
  return info.st_mode & 07777;
}

std::string write_private(const test::TempDir& dir, std::string_view name, std::string_view text) {
  std::string path = dir.write(name, text);
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  return path;
}

ErrorCode failure_of(KeyRing& keys, const std::string& id) {
  try {
    keys.find(id);
  } catch (const StoreFailure& failure) {
    return failure.error().code;
  }
  FAIL("no failure");
  return ErrorCode::internal;
}

}  // namespace

TEST_CASE("sealed bytes open with the same key and context only") {
  Bytes plain = to_bytes(as_bytes("attack at dawn"));
  Bytes sealed = seal(key_of(1), plain, "place");
  CHECK(sealed.size() == plain.size() + 1 + 24 + 16);
  CHECK(unseal(key_of(1), sealed, "place") == plain);
  CHECK_FALSE(unseal(key_of(2), sealed, "place"));
  CHECK_FALSE(unseal(key_of(1), sealed, "other place"));
  CHECK(seal(key_of(1), plain, "place") != sealed);  // fresh nonce
  CHECK(unseal(key_of(1), seal(key_of(1), {}, "place"), "place") == Bytes{});
}

TEST_CASE("any changed or missing byte is noticed") {
  Bytes sealed = seal(key_of(1), as_bytes("attack at dawn"), "place");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] ^= 1;
    CHECK_FALSE(unseal(key_of(1), changed, "place"));
    CHECK_FALSE(unseal(key_of(1), BytesView(sealed).first(i), "place"));
  }
}

TEST_CASE("the context tells table, session and row apart") {
  std::set<std::string> contexts{seal_context("a", "b", "c"), seal_context("ab", "", "c"),
                                 seal_context("a", "bc", ""), seal_context("a", "", "bc")};
  CHECK(contexts.size() == 4);
}

TEST_CASE("a master key is made privately and read back") {
  test::TempDir dir;
  std::string path = dir / "master.key";
  auto none = read_master_key(path, Trust::own);
  REQUIRE(none);
  CHECK_FALSE(*none);
  auto made = create_master_key(path);
  REQUIRE(made);
  CHECK(mode_of(path) == 0600);
  CHECK(test::read_whole(path) == to_hex(made->view()) + "\n");
  auto read = read_master_key(path, Trust::own);
  REQUIRE(read);
  REQUIRE(*read);
  CHECK(**read == *made);
  CHECK_FALSE(create_master_key(path));  // never replaced
}

TEST_CASE("a master key may be raw or hexadecimal") {
  test::TempDir dir;
  std::string hex(64, 'A');
  for (const std::string& text :
       {std::string(32, '\xAA'), hex, hex + "\n", hex + "\r\n", std::string(64, 'a')}) {
    std::string path = write_private(dir, "k", text);
    auto read = read_master_key(path, Trust::own);
    REQUIRE(read);
    REQUIRE(*read);
    CHECK(**read == key_of(0xAA));
  }
}

TEST_CASE("what is no master key is refused") {
  test::TempDir dir;
  for (const std::string& text :
       {std::string(), std::string(31, 'x'), std::string(33, 'x'), std::string(64, 'g'),
        std::string(63, 'a'), std::string(68, 'a'), std::string(100'000, 'a')}) {
    std::string path = write_private(dir, "k", text);
    auto read = read_master_key(path, Trust::own);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == ErrorCode::key_mismatch);
  }
}

TEST_CASE("a master key that others may read is refused") {
  test::TempDir dir;
  std::string path = write_private(dir, "k", std::string(64, 'a'));
  fs::permissions(path, fs::perms::group_read, fs::perm_options::add);
  auto read = read_master_key(path, Trust::own);
  REQUIRE_FALSE(read);
  CHECK(read.error().code == ErrorCode::state_insecure);
  CHECK(read_master_key(path, Trust::credential));
  fs::permissions(path, fs::perms::others_read, fs::perm_options::add);
  CHECK_FALSE(read_master_key(path, Trust::credential));
}

TEST_CASE("a master key that cannot be made says why") {
  test::TempDir dir;
  auto made = create_master_key(dir / "none/master.key");
  REQUIRE_FALSE(made);
  CHECK(made.error().code == ErrorCode::key_missing);
  CHECK(made.error().message.find("No such file or directory") != std::string::npos);
}

TEST_CASE("a session's key is made once and survives a restart") {
  test::TempDir dir;
  StateDir state = state_in(dir);
  KeyRing keys(state, key_of(1));
  CHECK_FALSE(keys.find("sess_a"));
  auto made = keys.ensure("sess_a");
  CHECK(made.made);
  CHECK_FALSE(keys.ensure("sess_a").made);
  CHECK(mode_of(dir / "state/sessions") == 0700);
  CHECK(mode_of(dir / "state/sessions/sess_a") == 0700);
  CHECK(mode_of(dir / "state/sessions/sess_a/key") == 0600);
  CHECK_FALSE(keys.ensure("sess_b").key == made.key);

  KeyRing later(state, key_of(1));
  REQUIRE(later.find("sess_a"));
  CHECK(*later.find("sess_a") == made.key);
  std::string file = test::read_whole(dir / "state/sessions/sess_a/key");
  CHECK(file.find(as_text(made.key.view())) == std::string::npos);
}

TEST_CASE("more keys than are kept in memory are read again") {
  test::TempDir dir;
  StateDir state = state_in(dir);
  KeyRing keys(state, key_of(1));
  std::vector<SealKey> made;
  for (int i = 0; i < 20; ++i) made.push_back(keys.ensure("sess_" + std::to_string(i)).key);
  for (int i = 0; i < 20; ++i)
    CHECK(keys.find("sess_" + std::to_string(i)) == made[static_cast<std::size_t>(i)]);
}

TEST_CASE("a session's key is bound to the master key and to the session") {
  test::TempDir dir;
  StateDir state = state_in(dir);
  KeyRing keys(state, key_of(1));
  keys.ensure("sess_a");
  keys.ensure("sess_b");
  KeyRing other(state, key_of(2));
  CHECK(failure_of(other, "sess_a") == ErrorCode::key_mismatch);
  fs::copy_file(dir / "state/sessions/sess_a/key", dir / "state/sessions/sess_b/key",
                fs::copy_options::overwrite_existing);
  KeyRing later(state, key_of(1));
  CHECK(failure_of(later, "sess_b") == ErrorCode::key_mismatch);
}

TEST_CASE("a destroyed key is gone, and with it an empty directory") {
  test::TempDir dir;
  StateDir state = state_in(dir);
  KeyRing keys(state, key_of(1));
  SealKey first = keys.ensure("sess_a").key;
  keys.destroy("sess_a");
  CHECK_FALSE(keys.find("sess_a"));
  CHECK_FALSE(fs::exists(dir / "state/sessions/sess_a"));
  keys.destroy("sess_a");  // nothing to do
  CHECK_FALSE(keys.ensure("sess_a").key == first);

  dir.write("state/sessions/sess_a/picture", "x");
  keys.destroy("sess_a");
  CHECK_FALSE(fs::exists(dir / "state/sessions/sess_a/key"));
  CHECK(fs::exists(dir / "state/sessions/sess_a/picture"));
}

TEST_CASE("ids that could leave the directory are refused") {
  test::TempDir dir;
  StateDir state = state_in(dir);
  KeyRing keys(state, key_of(1));
  for (const char* id : {"", ".", "..", "../x", "a/b", "a\n"}) {
    CHECK(failure_of(keys, id) == ErrorCode::internal);
    CHECK_THROWS_AS(keys.ensure(id), StoreFailure);
    CHECK_THROWS_AS(keys.destroy(id), StoreFailure);
  }
}

TEST_CASE("a session directory that is a link is not followed") {
  test::TempDir dir;
  StateDir state = state_in(dir);
  KeyRing keys(state, key_of(1));
  fs::create_directory(dir / "elsewhere");
  fs::create_directory_symlink(dir / "elsewhere", dir / "state/sessions/sess_a");
  CHECK_THROWS_AS(keys.ensure("sess_a"), StoreFailure);
  CHECK(fs::is_empty(dir / "elsewhere"));
}

}  // namespace wasphere::store
