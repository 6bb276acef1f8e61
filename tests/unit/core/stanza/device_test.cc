#include "core/stanza/device.h"

#include <catch2/catch.hpp>

#include "tests/unit/core/stanza/support.h"

namespace wasphere::stanza {
namespace {

using test::linked_device;

void check_same_keys(const Device& a, const Device& b) {
  CHECK(a.noise_key.private_key == b.noise_key.private_key);
  CHECK(a.noise_key.public_key == b.noise_key.public_key);
  CHECK(a.identity_key.private_key == b.identity_key.private_key);
  CHECK(a.identity_key.public_key == b.identity_key.public_key);
  CHECK(a.signed_pre_key.id == b.signed_pre_key.id);
  CHECK(a.signed_pre_key.key.private_key == b.signed_pre_key.key.private_key);
  CHECK(a.signed_pre_key.key.public_key == b.signed_pre_key.key.public_key);
  CHECK(a.signed_pre_key.signature == b.signed_pre_key.signature);
  CHECK(a.registration_id == b.registration_id);
  CHECK(a.adv_secret == b.adv_secret);
}

void check_same_account(const Account& a, const Account& b) {
  CHECK(a.jid == b.jid);
  CHECK(a.lid == b.lid);
  CHECK(a.platform == b.platform);
  CHECK(a.business_name == b.business_name);
  CHECK(a.signed_identity == b.signed_identity);
  CHECK(a.account_signature_key == b.account_signature_key);
  CHECK(a.key_index == b.key_index);
}

TEST_CASE("a new device has fresh keys, a signed pre-key that verifies, and no account") {
  test::SeededRng rng;
  Device a = Device::generate(rng);
  Device b = Device::generate(rng);
  CHECK_FALSE(a.linked());
  CHECK(a.signed_pre_key.id == 1);
  CHECK(check_signed_pre_key(a.identity_key.public_key, a.signed_pre_key.key.public_key,
                             a.signed_pre_key.signature));
  CHECK_FALSE(check_signed_pre_key(b.identity_key.public_key, a.signed_pre_key.key.public_key,
                                   a.signed_pre_key.signature));
  CHECK(a.noise_key.public_key != b.noise_key.public_key);
  CHECK(a.identity_key.public_key != a.noise_key.public_key);
  CHECK_FALSE(a.adv_secret == b.adv_secret);
}

TEST_CASE("registration ids stay within 14 bits and are never 0") {
  std::uint32_t highest = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    test::SeededRng rng(seed);
    std::uint32_t id = Device::generate(rng).registration_id;
    CHECK((id >= 1 && id <= 16383));
    highest = std::max(highest, id);
  }
  CHECK(highest > 0xFF);
}

TEST_CASE("a stored device comes back with every member") {
  Device device = linked_device();
  auto back = parse_device(serialize(device));
  REQUIRE(back);
  check_same_keys(device, *back);
  REQUIRE(back->linked());
  check_same_account(*device.account, *back->account);
  CHECK(back->routing_info == device.routing_info);
  CHECK(back->login_counter == 41);
  CHECK(back->push_name == device.push_name);
}

TEST_CASE("a stored device without an account comes back without one") {
  test::SeededRng rng;
  Device device = Device::generate(rng);
  auto back = parse_device(serialize(device));
  REQUIRE(back);
  check_same_keys(device, *back);
  CHECK_FALSE(back->linked());
  CHECK(back->push_name.empty());
}

TEST_CASE("a stored device that is cut, extended or of another version is refused") {
  Bytes bytes = serialize(linked_device());
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    auto cut = parse_device(BytesView(bytes).first(length));
    REQUIRE_FALSE(cut);
    REQUIRE(cut.error().code == ErrorCode::storage_corrupt);
  }
  Bytes longer = bytes;
  longer.push_back(0);
  CHECK_FALSE(parse_device(longer));
  Bytes newer = bytes;
  newer[0] = 2;
  auto refused = parse_device(newer);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "stored device has the unknown version 2");
}

TEST_CASE("a stored private key that no generator makes is refused") {
  Bytes bytes = serialize(linked_device());
  bytes[1] |= 1;  // the lowest bits of an X25519 key are cleared
  CHECK_FALSE(parse_device(bytes));
}

TEST_CASE("a length that passes the end is refused without an allocation of that size") {
  test::SeededRng rng;
  Bytes bytes = serialize(Device::generate(rng));
  std::size_t routing_length = bytes.size() - 1 - 4 - 4;
  for (std::size_t i = 0; i < 4; ++i) bytes[routing_length + i] = 0xFF;
  CHECK_FALSE(parse_device(bytes));
}

}  // namespace
}  // namespace wasphere::stanza
