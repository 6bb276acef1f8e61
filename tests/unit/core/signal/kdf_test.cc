#include "core/signal/kdf.h"

#include <catch2/catch.hpp>

#include "tests/unit/core/signal/support.h"

using namespace wasphere;
using namespace wasphere::signal;
using namespace wasphere::signal_test;

TEST_CASE("kdf: a chain and its message keys as others derive them") {
  const auto& chain = known("kdf")["chain"];
  ChainKey own{secret(chain[0]["chain_key"]), 0};
  for (const auto& item : chain) {
    CHECK(own.index == item["index"].get<std::uint32_t>());
    CHECK(own.key == secret(item["chain_key"]));
    CHECK(own.seed() == secret(item["message_key_seed"]));
    MessageKeys keys = message_keys(own.seed());
    CHECK(keys.cipher == secret(item["cipher_key"]));
    CHECK(keys.mac == secret(item["mac_key"]));
    CHECK(keys.iv.array() == test::hex_array<16>(item["iv"]));
    own.advance();
  }
}

TEST_CASE("kdf: a step of the root as others make it") {
  const auto& item = known("kdf")["root_step"];
  RootAndChain step = root_step(secret(item["root"]), secret(item["dh"]));
  CHECK(step.root == secret(item["new_root"]));
  CHECK(step.chain == secret(item["new_chain"]));
}

TEST_CASE("kdf: the first root and chain from the master secret of X3DH") {
  for (const auto& session : known("sessions")) {
    RootAndChain keys = initial_keys(test::hex(session["master_secret"]));
    CHECK(keys.root == secret(session["x3dh_root"]));
    CHECK(keys.chain == secret(session["x3dh_chain"]));
  }
}

TEST_CASE("kdf: the keys of group messages as others derive them") {
  const auto& messages = known("sender_keys")["sequential"];
  ChainKey own{secret(messages[0]["chain_key"]), 0};
  for (const auto& item : messages) {
    CHECK(own.key == secret(item["chain_key"]));
    CHECK(own.seed() == secret(item["message_key_seed"]));
    GroupMessageKeys keys = group_message_keys(own.seed());
    CHECK(keys.cipher == secret(item["cipher_key"]));
    CHECK(keys.iv.array() == test::hex_array<16>(item["iv"]));
    own.advance();
  }
}
