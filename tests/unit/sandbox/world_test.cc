#include "sandbox/world.h"

#include <catch2/catch.hpp>

#include "tests/support/temp_dir.h"

namespace wasphere::sandbox {
namespace {

using wasphere::test::TempDir;

struct Fixture {
  TempDir dir;
  std::optional<StateFiles> files;
  std::optional<ServerState> state;
  std::optional<World> world;

  Fixture() { reload(); }
  void reload() {
    world.reset();
    files.reset();
    auto opened = StateFiles::open(dir / "state", state_folders());
    REQUIRE(opened);
    files.emplace(*std::move(opened));
    state.emplace(*files);
    auto loaded = World::load(*state);
    REQUIRE(loaded);
    world.emplace(*std::move(loaded));
  }
  void add_account() {
    AccountRecord account;
    account.number = "447700900123";
    account.lid = "123456789012345";
    account.name = "Sam";
    account.platform = "android";
    account.identity.fill(7);
    account.created = 1'780'000'000;
    REQUIRE(world->add_account(account));
  }
};

DeviceRecord device(std::uint16_t number) {
  DeviceRecord record;
  record.number = "447700900123";
  record.device = number;
  record.key_index = number;
  record.noise_key.fill(1);
  record.os_name = "Caf\xE9";  // not UTF-8, as a client may send it
  record.device_identity = {1, 2, 3};
  record.linked_at = 1'780'000'001;
  record.uploaded = true;
  record.bundle.registration_id = 0x01020304;
  record.bundle.identity.fill(2);
  record.bundle.signed_pre_key_id = 0xABCDEF;
  record.bundle.signed_pre_key.fill(3);
  record.bundle.signed_pre_key_signature.fill(4);
  for (std::uint32_t id = 1; id <= 812; ++id) record.bundle.one_time.push_back({id, {}});
  return record;
}

const wire::Jid kFirst{"447700900123", "s.whatsapp.net", 1};

TEST_CASE("accounts and devices survive a restart with every field") {
  Fixture f;
  f.add_account();
  REQUIRE(f.world->set_key_index_list("447700900123", {9, 8}, 1'780'000'009));
  REQUIRE(f.world->add_device(device(1)));
  f.reload();
  const auto* account = f.world->account("447700900123");
  REQUIRE(account != nullptr);
  CHECK(account->name == "Sam");
  CHECK(account->platform == "android");
  CHECK(account->identity[0] == 7);
  CHECK(account->key_index_list == Bytes{9, 8});
  CHECK(account->key_index_time == 1'780'000'009);
  CHECK(account->created == 1'780'000'000);
  const auto* kept = f.world->device(kFirst);
  REQUIRE(kept != nullptr);
  const auto original = device(1);
  CHECK(kept->key_index == original.key_index);
  CHECK(kept->noise_key == original.noise_key);
  CHECK(kept->device_identity == original.device_identity);
  CHECK(kept->linked_at == original.linked_at);
  CHECK(kept->uploaded);
  CHECK(kept->bundle.registration_id == original.bundle.registration_id);
  CHECK(kept->bundle.identity == original.bundle.identity);
  CHECK(kept->bundle.signed_pre_key_id == original.bundle.signed_pre_key_id);
  CHECK(kept->bundle.signed_pre_key == original.bundle.signed_pre_key);
  CHECK(kept->bundle.signed_pre_key_signature == original.bundle.signed_pre_key_signature);
  REQUIRE(kept->bundle.one_time.size() == 812);
  CHECK(kept->bundle.one_time.back().id == 812);
}

TEST_CASE("a device is found by number and by LID") {
  Fixture f;
  f.add_account();
  REQUIRE(f.world->add_device(device(1)));
  const wire::Jid by_lid{"123456789012345", "lid", 1};
  CHECK(f.world->device(by_lid) == f.world->device(kFirst));
  CHECK(f.world->account_of(by_lid) == f.world->account("447700900123"));
  CHECK(f.world->device({"123456789012345", "lid", 2}) == nullptr);
  CHECK(f.world->account_of({"447700900123", "g.us"}) == nullptr);
}

TEST_CASE("device numbers go up, skip the one of hosted devices and come round") {
  Fixture f;
  f.add_account();
  for (std::uint16_t expected = 1; expected <= 98; ++expected)
    CHECK(*f.world->take_device_number("447700900123") == expected);
  CHECK(*f.world->take_device_number("447700900123") == 100);
  REQUIRE(f.world->set_key_index_list("447700900123", {}, 0));
  f.reload();
  CHECK(*f.world->take_device_number("447700900123") == 101);
  REQUIRE(f.world->add_device(device(1)));
  for (std::uint16_t expected = 102; expected <= 254; ++expected)
    CHECK(*f.world->take_device_number("447700900123") == expected);
  CHECK(*f.world->take_device_number("447700900123") == 2);
}

TEST_CASE("a removed device is gone after a restart") {
  Fixture f;
  f.add_account();
  REQUIRE(f.world->add_device(device(1)));
  REQUIRE(f.world->add_device(device(2)));
  CHECK(f.world->devices_of("447700900123").size() == 2);
  REQUIRE(f.world->remove_device(kFirst));
  CHECK_FALSE(f.world->remove_device(kFirst));
  f.reload();
  CHECK(f.world->device(kFirst) == nullptr);
  CHECK(f.world->devices_of("447700900123").size() == 1);
}

TEST_CASE("what cannot be saved does not happen") {
  Fixture f;
  f.add_account();
  REQUIRE(f.world->add_device(device(1)));
  std::filesystem::create_directory(f.dir / "state/devices/447700900123_1.json.tmp");
  auto changed =
      f.world->update_device(kFirst, [](DeviceRecord& record) { record.bundle.one_time.clear(); });
  REQUIRE_FALSE(changed);
  CHECK(f.world->device(kFirst)->bundle.one_time.size() == 812);
}

TEST_CASE("damaged state is named and nothing is started on it") {
  Fixture f;
  f.add_account();
  const auto [name, text, word] = GENERATE(table<std::string, std::string, std::string>(
      {{"accounts/1.json", "{", "accounts/1.json"},
       {"accounts/1.json", "[]", "number"},
       {"devices/1_1.json", "{\"number\":1}", "number"}}));
  f.dir.write("state/" + name, text);
  auto loaded = World::load(*f.state);
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().code == ErrorCode::storage_corrupt);
  CHECK(loaded.error().message.find(word) != std::string::npos);
}

}  // namespace
}  // namespace wasphere::sandbox
