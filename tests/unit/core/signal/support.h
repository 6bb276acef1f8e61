// Two ends that talk, for the tests of this folder.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "core/signal/session_cipher.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/vectors.h"

namespace wasphere::signal_test {

inline const nlohmann::json& known(const char* group) {
  return test::vector_file("vectors-2.json")[group];
}

// Public keys of vectors-2.json have a type byte.
inline crypto::PublicKey public_key(const nlohmann::json& value) {
  return *to_array<32>(BytesView(test::hex_array<33>(value)).subspan(1));
}

inline crypto::PrivateKey private_key(const nlohmann::json& value) {
  return crypto::PrivateKey(test::hex_array<32>(value));
}

inline crypto::KeyPair key_pair(const nlohmann::json& value) {
  return crypto::KeyPair::from_private(private_key(value));
}

inline Secret<32> secret(const nlohmann::json& value) {
  return Secret<32>(test::hex_array<32>(value));
}

inline Bytes bytes_of(std::string_view text) {
  return to_bytes(as_bytes(text));
}

struct Wire {
  signal::CiphertextType type = signal::CiphertextType::msg;
  Bytes body;
};

// One device with its keys, and its record for one peer. Stores each record and loads it again, as
// a daemon does.
class Peer {
 public:
  explicit Peer(std::uint64_t seed) : rng(seed) {
    own = {crypto::KeyPair::generate(rng), static_cast<std::uint32_t>(1000 + seed)};
    signed_pre_key = signal::generate_signed_pre_key(own.key, 7, rng);
  }

  signal::PreKeyBundle bundle(bool with_one_time = true) {
    signal::PreKeyBundle out{own.registration_id,      own.key.public_key,
                             signed_pre_key.id,        signed_pre_key.key.public_key,
                             signed_pre_key.signature, std::nullopt};
    if (!with_one_time) return out;
    auto id = static_cast<std::uint32_t>(100 + minted_++);
    one_time[id] = stanza::PreKey{id, crypto::KeyPair::generate(rng)};
    out.one_time = stanza::PublicPreKey{id, one_time[id].key.public_key};
    return out;
  }

  void begin(const signal::PreKeyBundle& bundle) {
    keep(signal::begin_session(record(), own, bundle, rng).value());
  }

  Wire send(std::string_view text) {
    auto out = signal::encrypt(record(), as_bytes(text)).value();
    keep(out.next);
    return {out.type, std::move(out.body)};
  }

  // The plaintext; the stored record stays what it was on a failure.
  signal::Outcome<std::string> receive(const Wire& wire,
                                       std::uint32_t max_jump = signal::kMaxJump) {
    WS_TRY(auto out, open(wire, max_jump));
    if (out.used_pre_key) one_time.erase(*out.used_pre_key);
    began_session = out.new_session;
    keep(out.next);
    return to_text(out.plaintext);
  }

  signal::SessionRecord record() const {
    return stored.empty() ? signal::SessionRecord{} : signal::parse_session_record(stored).value();
  }
  void keep(const signal::SessionRecord& next) { stored = serialize(next); }

  test::SeededRng rng;
  signal::LocalIdentity own;
  stanza::SignedPreKey signed_pre_key;
  std::map<std::uint32_t, stanza::PreKey> one_time;
  Bytes stored;
  bool began_session = false;

 private:
  signal::Outcome<signal::Decrypted> open(const Wire& wire, std::uint32_t max_jump) {
    if (wire.type == signal::CiphertextType::msg) {
      WS_TRY(auto message, signal::parse_signal_message(wire.body));
      return signal::decrypt(record(), message, rng, max_jump);
    }
    WS_TRY(auto message, signal::parse_pre_key_signal_message(wire.body));
    signal::PreKeyInputs inputs{own, signed_pre_key, std::nullopt};
    auto found = one_time.find(message.header.pre_key_id.value_or(0));
    if (found != one_time.end()) inputs.one_time = found->second;
    return signal::decrypt_pre_key(record(), message, inputs, rng, max_jump);
  }

  std::uint32_t minted_ = 0;
};

// Both have sent and received: nobody sends pre-key messages any more.
struct Pair {
  Peer alice{1};
  Peer bob{2};
};
inline Pair settled_pair() {
  Pair pair;
  pair.alice.begin(pair.bob.bundle());
  pair.bob.receive(pair.alice.send("first")).value();
  pair.alice.receive(pair.bob.send("answer")).value();
  return pair;
}

}  // namespace wasphere::signal_test
