#include "core/stanza/adv.h"

#include <catch2/catch.hpp>

#include "core/crypto/hash.h"
#include "core/util/encoding.h"
#include "tests/unit/core/stanza/support.h"

namespace wasphere::stanza {
namespace {

const nlohmann::json& vectors() {
  return test::vectors().at("adv");
}
Secret<32> adv_secret() {
  return test::secret(vectors().at("adv_secret"));
}
crypto::KeyPair companion() {
  return test::key_pair(vectors().at("companion_identity"));
}
crypto::KeyPair primary() {
  return test::key_pair(vectors().at("primary_identity"));
}

Bytes container(const nlohmann::json& item) {
  return test::hex(item.at("device_identity_node_content"));
}

TEST_CASE("ADV identities of every kind open, with the same signed messages") {
  for (const auto& item : vectors().at("cases")) {
    INFO(item.at("label"));
    auto identity = open_identity(container(item), adv_secret(), companion().public_key);
    REQUIRE(identity);
    CHECK(to_hex(identity->details) == test::text(item.at("adv_device_identity")));
    CHECK(identity->key_index == 4);
    CHECK(identity->timestamp == 1785000000);
    CHECK(identity->hosted_device == (item.at("inner_device_type") == 1));
    CHECK(identity->account_key == primary().public_key);
    CHECK(to_hex(identity->account_signature) == test::text(item.at("account_signature")));
    CHECK(to_hex(account_signature_message(*identity, companion().public_key)) ==
          test::text(item.at("account_signature_message")));
    CHECK(to_hex(device_signature_message(*identity, companion().public_key)) ==
          test::text(item.at("device_signature_message")));
  }
}

TEST_CASE("a device signature made elsewhere verifies, and encodes to the same reply") {
  for (const auto& item : vectors().at("cases")) {
    INFO(item.at("label"));
    auto identity = read_identity(container(item));
    REQUIRE(identity);
    auto signature = test::hex_array<64>(item.at("device_signature_by_baileys"));
    CHECK(crypto::verify(companion().public_key,
                         device_signature_message(*identity, companion().public_key), signature));
    CHECK(to_hex(encode_signed_identity(*identity, signature, AccountKey::omit)) ==
          test::text(item.at("reply_device_identity")));
  }
}

TEST_CASE("the stored identity has all four members") {
  auto identity = read_identity(container(vectors().at("cases").at(0)));
  REQUIRE(identity);
  crypto::Signature signature{};
  signature[0] = 9;
  auto stored =
      read_signed_identity(encode_signed_identity(*identity, signature, AccountKey::include));
  REQUIRE(stored);
  CHECK(stored->details == identity->details);
  CHECK(stored->account_key == to_bytes(identity->account_key));
  CHECK(stored->account_signature == to_bytes(identity->account_signature));
  CHECK(stored->device_signature == to_bytes(signature));
}

TEST_CASE("an identity under another secret, for another companion or changed does not open") {
  const auto& item = vectors().at("cases").at(0);
  Bytes good = container(item);
  Secret<32> other_secret = adv_secret();
  other_secret.mutable_array()[0] ^= 1;
  auto own = companion().public_key;
  CHECK(open_identity(good, other_secret, own).error() == AdvFault::hmac_mismatch);
  CHECK(open_identity(good, adv_secret(), primary().public_key).error() ==
        AdvFault::signature_mismatch);
  CHECK(open_identity({}, adv_secret(), own).error() == AdvFault::hmac_mismatch);
  CHECK(open_identity(Bytes{0xFF}, adv_secret(), own).error() == AdvFault::malformed);
  for (std::size_t i = 0; i < good.size(); ++i) {
    Bytes changed = good;
    changed[i] ^= 0x10;
    auto opened = open_identity(changed, adv_secret(), own);
    // The outer account type, absent here, is all that could change without harm.
    REQUIRE_FALSE(opened);
  }
}

// What is under the HMAC is still hostile when the secret has leaked.
TEST_CASE("a container with a right HMAC over nonsense is malformed") {
  AdvIdentity identity;
  identity.details = Bytes{0xFF, 0xFF};
  CHECK(open_identity(seal_identity(identity, adv_secret()), adv_secret(), companion().public_key)
            .error() == AdvFault::malformed);
}

TEST_CASE("our own containers are those of a phone") {
  const auto& item = vectors().at("cases").at(0);
  auto identity = read_identity(container(item));
  REQUIRE(identity);
  CHECK(to_hex(seal_identity(*identity, adv_secret())) ==
        test::text(item.at("device_identity_node_content")));
  CHECK(
      to_hex(encode_device_identity(identity->raw_id, identity->timestamp, identity->key_index)) ==
      test::text(item.at("adv_device_identity")));
}

TEST_CASE("a key index of 0 is on the wire, the zero enumerations are not") {
  CHECK(to_hex(encode_device_identity(1, 2, 0)) == "080110021800");
}

TEST_CASE("a signed key index list verifies, and ours has the same details") {
  const auto& item = vectors().at("key_index_list");
  auto list = verify_key_index_list(test::hex(item.at("signed")), primary().public_key);
  REQUIRE(list);
  CHECK(list->raw_id == 123456789);
  CHECK(list->timestamp == 1785000000);
  CHECK(list->current_index == 4);
  CHECK(list->valid_indexes == std::vector<std::uint32_t>{0, 3, 4});
  test::SeededRng rng;
  Bytes ours = sign_key_index_list(*list, primary().private_key, rng);
  std::string details = item.at("details");
  CHECK(to_hex(ours).substr(4, details.size()) == details);
  CHECK(verify_key_index_list(ours, primary().public_key)->valid_indexes == list->valid_indexes);
}

TEST_CASE("a key index list by somebody else, changed or senseless is refused") {
  Bytes good = test::hex(vectors().at("key_index_list").at("signed"));
  auto foreign = verify_key_index_list(good, companion().public_key);
  REQUIRE_FALSE(foreign);
  CHECK(foreign.error().code == ErrorCode::crypto_error);
  Bytes changed = good;
  changed[5] ^= 1;
  CHECK_FALSE(verify_key_index_list(changed, primary().public_key));
  CHECK_FALSE(verify_key_index_list(Bytes{0xFF}, primary().public_key));
  CHECK_FALSE(verify_key_index_list({}, primary().public_key));
}

}  // namespace
}  // namespace wasphere::stanza
