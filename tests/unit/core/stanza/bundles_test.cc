#include <catch2/catch.hpp>

#include "core/stanza/key_nodes.h"
#include "core/stanza/usync.h"
#include "tests/unit/core/stanza/message_fixture.h"

namespace wasphere::stanza {
namespace {

using test::kAnnLid;
using test::node;

struct Keys {
  test::SeededRng rng{3};
  crypto::PublicKey identity = rng.array<32>(), signed_key = rng.array<32>();
  crypto::Signature signature = rng.array<64>();
  PublicPreKey one_time{0x010203, rng.array<32>()};
};

wire::Node user_of(const Keys& keys, bool one_time) {
  wire::Nodes parts{leaf("registration", big_endian(4711, 4)), leaf("type", kCurve25519),
                    leaf("identity", keys.identity),
                    signed_key_node(7, keys.signed_key, keys.signature)};
  if (one_time) parts.push_back(key_node(keys.one_time));
  parts.push_back(leaf("device-identity", Bytes{5}));
  return node("user", {{"jid", kAnnLid}}, std::move(parts));
}

std::vector<FetchedBundle> parsed(wire::Nodes users) {
  auto out = parse_bundles(
      test::over_the_wire(node("iq", {{"type", "result"}}, {node("list", {}, std::move(users))})));
  REQUIRE(out);
  return *out;
}

TEST_CASE("bundles are asked for by device, with a reason after a change of identity") {
  wire::Node plain = bundle_request("9", {kAnnLid}, false);
  CHECK(plain.attr("xmlns") == "encrypt");
  CHECK(plain.child("key")->child("user")->jid("jid") == kAnnLid);
  CHECK_FALSE(plain.child("key")->child("user")->has("reason"));
  CHECK(bundle_request("9", {kAnnLid}, true).child("key")->child("user")->attr("reason") ==
        "identity");
}

TEST_CASE("a bundle is read with and without one-time key") {
  Keys keys;
  auto out = parsed({user_of(keys, true), user_of(keys, false)});
  REQUIRE(out.size() == 2);
  CHECK(out[0].device == kAnnLid);
  CHECK(out[0].device_identity == Bytes{5});
  REQUIRE(out[0].bundle);
  CHECK(out[0].bundle->registration_id == 4711);
  CHECK(out[0].bundle->identity == keys.identity);
  CHECK(out[0].bundle->signed_pre_key_id == 7);
  CHECK(out[0].bundle->signed_pre_key == keys.signed_key);
  CHECK(out[0].bundle->signed_pre_key_signature == keys.signature);
  REQUIRE(out[0].bundle->one_time.size() == 1);
  CHECK(out[0].bundle->one_time[0].key == keys.one_time.key);
  CHECK(out[1].bundle->one_time.empty());
}

TEST_CASE("one bad device does not spoil the others") {
  Keys keys;
  wire::Node refused = node("user", {{"jid", kAnnLid}}, {node("error", {{"code", "406"}})});
  wire::Node broken = user_of(keys, true);
  std::get<wire::Nodes>(broken.content)[4] = leaf("key", Bytes{1});
  auto out = parsed({refused, broken, user_of(keys, true), node("user")});
  REQUIRE(out.size() == 3);
  CHECK(out[0].error == 406);
  CHECK_FALSE(out[0].bundle);
  CHECK_FALSE(out[1].bundle);
  CHECK(out[1].error == 0);
  CHECK(out[2].bundle);
}

TEST_CASE("an answer without a list is refused") {
  CHECK_FALSE(parse_bundles(node("iq", {{"type", "error"}}, {node("error", {{"code", "406"}})})));
  CHECK_FALSE(parse_bundles(node("iq", {{"type", "result"}})));
}

TEST_CASE("a rotation arrives as it was sent") {
  Device device = test::linked_device();
  wire::Node iq = test::over_the_wire(rotate_signed_prekey("9", device.signed_pre_key));
  auto read = parse_prekey_rotate(iq);
  REQUIRE(read);
  CHECK(read->signed_pre_key_id == device.signed_pre_key.id);
  CHECK(read->signed_pre_key == device.signed_pre_key.key.public_key);
  CHECK(read->signed_pre_key_signature == device.signed_pre_key.signature);
}

struct Identity {
  test::SeededRng rng{11};
  crypto::KeyPair account = crypto::KeyPair::generate(rng);
  crypto::KeyPair companion = crypto::KeyPair::generate(rng);
  AdvIdentity adv;
  crypto::Signature device_signature{};

  Identity() {
    adv.details = encode_device_identity(1, 2, 3);
    adv.account_key = account.public_key;
    adv.account_signature = crypto::sign(account.private_key,
                                         account_signature_message(adv, companion.public_key), rng);
    device_signature = crypto::sign(companion.private_key,
                                    device_signature_message(adv, companion.public_key), rng);
  }
  Bytes encoded(AccountKey key) const { return encode_signed_identity(adv, device_signature, key); }
};

TEST_CASE("a genuine device identity is plausible, with its own key or the phone's") {
  Identity genuine;
  const auto& companion = genuine.companion.public_key;
  CHECK(plausible_device_identity(genuine.encoded(AccountKey::include), companion, {}));
  CHECK(plausible_device_identity(genuine.encoded(AccountKey::omit), companion,
                                  genuine.account.public_key));
  CHECK(plausible_device_identity(genuine.encoded(AccountKey::omit), companion, {}));
  CHECK(plausible_device_identity({}, companion, {}));
}

TEST_CASE("a device identity for another key, or with a wrong signature, is not") {
  Identity genuine;
  const auto& companion = genuine.companion.public_key;
  CHECK_FALSE(plausible_device_identity(genuine.encoded(AccountKey::include),
                                        genuine.account.public_key, {}));
  CHECK_FALSE(plausible_device_identity(genuine.encoded(AccountKey::omit), companion, companion));
  CHECK_FALSE(plausible_device_identity(Bytes{0xFF}, companion, {}));
  Identity forged;
  forged.device_signature[3] ^= 1;
  CHECK_FALSE(plausible_device_identity(forged.encoded(AccountKey::include), companion, {}));
  Identity other;
  other.adv.account_signature[3] ^= 1;
  CHECK_FALSE(plausible_device_identity(other.encoded(AccountKey::include), companion, {}));
}

}  // namespace
}  // namespace wasphere::stanza
