#include "core/noise/symmetric_state.h"

#include <catch2/catch.hpp>

#include "core/util/encoding.h"
#include "tests/unit/core/noise/noise_fixture.h"

using namespace wasphere;
using namespace wasphere::noise;
using test::hex;
using test::key_pair;

namespace {

// Walks through XX and compares with the vectors after each step.
class Steps {
 public:
  void check(const SymmetricState& state) {
    const auto& step = test::noise()["xx"]["symmetric_state_steps"].at(next_++);
    INFO(step["after"].get<std::string>());
    CHECK(to_hex(state.hash()) == step["h"].get<std::string>());
    CHECK(to_hex(state.chaining_key()) == step["ck"].get<std::string>());
    CHECK(to_hex(state.cipher_key()) == step["k"].get<std::string>());
  }
  std::size_t done() const { return next_; }

 private:
  std::size_t next_ = 0;
};

}  // namespace

TEST_CASE("vectors: the state after each of the ten steps of XX") {
  const auto& xx = test::noise()["xx"];
  auto client_ephemeral = key_pair("client_ephemeral");
  auto server_ephemeral = key_pair("server_ephemeral");
  Steps steps;
  SymmetricState state(kXxName);
  state.mix_hash(hex(xx["prologue"]));
  steps.check(state);
  state.mix_hash(client_ephemeral.public_key);
  steps.check(state);
  state.mix_hash(server_ephemeral.public_key);
  steps.check(state);
  REQUIRE(state.mix_agreement(client_ephemeral.private_key, server_ephemeral.public_key));
  steps.check(state);
  CHECK(state.decrypt(hex(xx["encrypted_server_static"])) ==
        to_bytes(key_pair("server_static").public_key));
  steps.check(state);
  REQUIRE(state.mix_agreement(client_ephemeral.private_key, key_pair("server_static").public_key));
  steps.check(state);
  CHECK(state.decrypt(hex(xx["encrypted_cert"])) == hex(xx["cert_chain_plain"]));
  steps.check(state);
  CHECK(state.encrypt(key_pair("client_static").public_key) == hex(xx["encrypted_client_static"]));
  steps.check(state);
  REQUIRE(state.mix_agreement(key_pair("client_static").private_key, server_ephemeral.public_key));
  steps.check(state);
  CHECK(state.encrypt(hex(xx["client_payload_plain"])) == hex(xx["encrypted_client_payload"]));
  steps.check(state);
  CHECK(steps.done() == xx["symmetric_state_steps"].size());

  TransportKeys keys = state.split();
  CHECK(to_hex(keys.client_to_server.view()) ==
        xx["transport_key_client_to_server"].get<std::string>());
  CHECK(to_hex(keys.server_to_client.view()) ==
        xx["transport_key_server_to_client"].get<std::string>());
}

TEST_CASE("a protocol name is used as it is up to 32 bytes, and hashed beyond") {
  CHECK(as_text(SymmetricState(kXxName).hash()) == kXxName);
  CHECK(to_hex(SymmetricState("abc").hash()).starts_with("61626300"));
  CHECK(kFallbackName.size() == 36);
  CHECK(to_hex(SymmetricState(kFallbackName).hash()) !=
        to_hex(SymmetricState(kFallbackName.substr(0, 32)).hash()));
}

TEST_CASE("a failed decryption leaves the state as it was") {
  SymmetricState ours(kXxName);
  SymmetricState theirs(kXxName);
  Bytes sealed = ours.encrypt(Bytes{1, 2, 3});
  Bytes touched = sealed;
  touched[0] ^= 1;
  CHECK(theirs.decrypt(touched).error().code == ErrorCode::crypto_error);
  CHECK(theirs.decrypt(sealed) == Bytes{1, 2, 3});
  CHECK(to_hex(ours.hash()) == to_hex(theirs.hash()));
}

TEST_CASE("a key of low order mixes nothing in") {
  SymmetricState state(kXxName);
  auto status = state.mix_agreement(key_pair("client_static").private_key, crypto::PublicKey{});
  REQUIRE_FALSE(status);
  CHECK(status.error().code == ErrorCode::crypto_error);
  CHECK(as_text(state.chaining_key()) == kXxName);
}
