// Two sessions recorded from another implementation, replayed step by step.
#include <catch2/catch.hpp>
#include <map>

#include "tests/unit/core/signal/support.h"

using namespace wasphere;
using namespace wasphere::signal;
using namespace wasphere::signal_test;
using test::hex;

namespace {

struct Replay {
  explicit Replay(const nlohmann::json& recorded) : session(recorded) {}

  LocalIdentity identity(const char* who) const {
    const auto& end = session[who];
    return {key_pair(end["identity_priv"]), end["registration_id"].get<std::uint32_t>()};
  }

  PreKeyInputs bob_inputs() const {
    const auto& bob = session["bob"];
    PreKeyInputs out{identity("bob"), stanza::SignedPreKey{}, std::nullopt};
    out.signed_pre_key->id = bob["signed_prekey_id"];
    out.signed_pre_key->key = key_pair(bob["signed_prekey_priv"]);
    const auto& one_time = bob["one_time_prekey"];
    if (!one_time.is_null()) out.one_time = {one_time["id"], key_pair(one_time["priv"])};
    return out;
  }

  PreKeyBundle bob_bundle() const {
    const auto& bob = session["bob"];
    PreKeyBundle out{bob["registration_id"],
                     public_key(bob["identity_pub"]),
                     bob["signed_prekey_id"],
                     public_key(bob["signed_prekey_pub"]),
                     test::hex_array<64>(bob["signed_prekey_sig"]),
                     std::nullopt};
    const auto& one_time = bob["one_time_prekey"];
    if (!one_time.is_null())
      out.one_time = stanza::PublicPreKey{one_time["id"], public_key(one_time["pub"])};
    return out;
  }

  void begin() {
    Bytes base = hex(session["alice"]["base_priv"]);
    Bytes ratchet = hex(session["alice"]["first_ratchet_priv"]);
    test::ScriptedRng rng{base, ratchet};
    records["alice"] = begin_session({}, identity("alice"), bob_bundle(), rng).value();
  }

  void encrypt_step(const nlohmann::json& step) {
    SessionRecord& record = records[step["by"]];
    auto out = encrypt(record, as_bytes(step["plaintext"].get<std::string>())).value();
    CHECK(out.body == hex(step["ciphertext"]));
    CHECK((out.type == CiphertextType::pkmsg) == (step["type"] == "pkmsg"));
    record = out.next;
    sent[step["id"]] = {out.type, out.body};
  }

  Outcome<Decrypted> open(const SessionRecord& record, const Wire& wire, Rng& rng) const {
    if (wire.type == CiphertextType::msg)
      return decrypt(record, parse_signal_message(wire.body).value(), rng);
    return decrypt_pre_key(record, parse_pre_key_signal_message(wire.body).value(), bob_inputs(),
                           rng);
  }

  void decrypt_step(const nlohmann::json& step) {
    Bytes random;
    for (const auto& key : step["new_ratchet_keys"]) append(random, hex(key["priv"]));
    test::ScriptedRng rng{random};
    SessionRecord& record = records[step["by"]];
    auto out = open(record, sent[step["id"]], rng);
    CHECK(rng.left() == 0);
    if (step["result"] == "error") {
      CHECK(out.error().fault == Fault::duplicate);
      return;
    }
    CHECK(to_text(out.value().plaintext) == step["plaintext"].get<std::string>());
    record = out.value().next;
  }

  const nlohmann::json& session;
  std::map<std::string, SessionRecord> records;
  std::map<std::string, Wire> sent;
};

void check_final(const SessionState& state, const nlohmann::json& expected) {
  CHECK(state.root_key == secret(expected["root_key"]));
  CHECK(state.ratchet_key.private_key == private_key(expected["our_ratchet_priv"]));
  CHECK(state.ratchet_key.public_key == public_key(expected["our_ratchet_pub"]));
  CHECK(state.receiving.back().ratchet_key == public_key(expected["last_remote_ratchet_pub"]));
  CHECK(state.previous_counter == expected["previous_counter"].get<std::uint32_t>());
  CHECK(state.base_key == public_key(expected["base_key"]));
  CHECK(state.remote_identity == public_key(expected["remote_identity"]));
}

// Other implementations count chains by the last index used.
void check_chain(const ChainKey& chain, const nlohmann::json& expected) {
  CHECK(static_cast<int>(chain.index) - 1 == expected["last_index_used"].get<int>());
  // They close a chain when the next one begins; we keep it.
  if (!expected["chain_key"].is_null()) CHECK(chain.key == secret(expected["chain_key"]));
}

void check_chains(const SessionState& state, const nlohmann::json& expected) {
  for (const auto& chain : expected["chains"]) {
    auto key = public_key(chain["ratchet_pub"]);
    if (chain["type"] == "sending") {
      CHECK(state.ratchet_key.public_key == key);
      check_chain(state.sending, chain);
      continue;
    }
    auto found = std::find_if(state.receiving.begin(), state.receiving.end(),
                              [&](const ReceiverChain& own) { return own.ratchet_key == key; });
    REQUIRE(found != state.receiving.end());
    check_chain(found->messages.next, chain);
    CHECK(found->messages.skipped.size() == chain["stored_message_key_seeds"].size());
  }
}

}  // namespace

TEST_CASE("session vectors: the initiator's first keys") {
  for (const auto& session : known("sessions")) {
    Replay replay(session);
    replay.begin();
    const SessionState& state = *replay.records["alice"].current;
    CHECK(state.root_key == secret(session["alice_root_after_first_step"]));
    CHECK(state.sending.key == secret(session["alice_sending_chain_key_0"]));
    CHECK(state.base_key == public_key(session["alice"]["base_pub"]));
  }
}

TEST_CASE("session vectors: every step gives the same bytes, and both ends the same state") {
  for (const auto& session : known("sessions")) {
    Replay replay(session);
    replay.begin();
    for (const auto& step : session["steps"]) {
      INFO("step " << step["n"]);
      step["op"] == "encrypt" ? replay.encrypt_step(step) : replay.decrypt_step(step);
    }
    for (const char* who : {"alice", "bob"}) {
      const auto& expected = session[std::string(who) + "_final"];
      REQUIRE(expected.size() == 1);
      check_final(*replay.records[who].current, expected[0]);
      check_chains(*replay.records[who].current, expected[0]);
    }
  }
}
