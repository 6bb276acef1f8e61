#include "core/signal/keys.h"

#include <catch2/catch.hpp>

#include "tests/support/seeded_rng.h"

using namespace wasphere;
using namespace wasphere::signal;

TEST_CASE("keys: our identity is the device's") {
  test::SeededRng rng;
  auto device = stanza::Device::generate(rng);
  LocalIdentity own = local_identity(device);
  CHECK(own.key.public_key == device.identity_key.public_key);
  CHECK(own.key.private_key == device.identity_key.private_key);
  CHECK(own.registration_id == device.registration_id);
}

TEST_CASE("keys: a generated signed pre-key bears the identity's signature") {
  test::SeededRng rng;
  auto identity = crypto::KeyPair::generate(rng);
  auto key = generate_signed_pre_key(identity, 9, rng);
  CHECK(key.id == 9);
  CHECK(stanza::check_signed_pre_key(identity.public_key, key.key.public_key, key.signature));
}

TEST_CASE("keys: a bundle takes the first one-time key, or none") {
  stanza::UploadedBundle uploaded{5, {1}, 6, {2}, {3}, {{7, {4}}, {8, {5}}}};
  PreKeyBundle bundle = to_bundle(uploaded);
  CHECK(bundle.registration_id == 5);
  CHECK(bundle.identity == crypto::PublicKey{1});
  CHECK(bundle.signed_pre_key_id == 6);
  CHECK(bundle.signed_pre_key == crypto::PublicKey{2});
  CHECK(bundle.signature == crypto::Signature{3});
  REQUIRE(bundle.one_time);
  CHECK(bundle.one_time->id == 7);
  uploaded.one_time.clear();
  CHECK_FALSE(to_bundle(uploaded).one_time);
}
