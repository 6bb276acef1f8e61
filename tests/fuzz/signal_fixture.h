// Two ends with a settled session, the same in every run.
#pragma once

#include "core/signal/session_cipher.h"
#include "tests/support/seeded_rng.h"

namespace wasphere::fuzz {

struct SignalEnds {
  test::SeededRng rng{7};
  signal::LocalIdentity alice{crypto::KeyPair::generate(rng), 11};
  signal::LocalIdentity bob{crypto::KeyPair::generate(rng), 22};
  stanza::SignedPreKey signed_pre_key = signal::generate_signed_pre_key(bob.key, 5, rng);
  stanza::PreKey one_time{77, crypto::KeyPair::generate(rng)};
  Bytes first;                   // alice's pre-key message
  Bytes second;                  // her next one, after bob's answer
  signal::SessionRecord record;  // bob's, before the second

  SignalEnds() {
    signal::PreKeyBundle bundle{bob.registration_id,      bob.key.public_key,
                                signed_pre_key.id,        signed_pre_key.key.public_key,
                                signed_pre_key.signature, stanza::PublicPreKey{77, {}}};
    bundle.one_time->key = one_time.key.public_key;
    auto begun = signal::begin_session({}, alice, bundle, rng).value();
    auto sent = signal::encrypt(begun, as_bytes("first")).value();
    first = sent.body;
    peer = sent.next;
    auto message = signal::parse_pre_key_signal_message(first).value();
    record = signal::decrypt_pre_key({}, message, inputs(), rng).value().next;
    auto answer = signal::encrypt(record, as_bytes("answer")).value();
    record = answer.next;
    auto parsed = signal::parse_signal_message(answer.body).value();
    auto answered = signal::decrypt(sent.next, parsed, rng).value();
    second = signal::encrypt(answered.next, as_bytes("second")).value().body;
  }

  signal::PreKeyInputs inputs() const { return {bob, signed_pre_key, one_time}; }
};

// Inputs that begin with FF are edits of something genuine, which chance would never write: triples
// of what to do, where, and a byte to do it with. All others are taken as they are.
inline Bytes genuine_or_given(BytesView input, BytesView genuine) {
  if (input.empty() || input[0] != 0xFF) return to_bytes(input);
  Bytes out = to_bytes(genuine);
  for (input = input.subspan(1); input.size() >= 3 && !out.empty(); input = input.subspan(3)) {
    std::size_t offset = (input[0] >> 2) << 8 | input[1];
    auto at = out.begin() + static_cast<std::ptrdiff_t>(offset % out.size());
    switch (input[0] & 3) {
      case 0:
        *at = input[2];
        break;
      case 1:
        out.insert(at, input[2]);
        break;
      case 2:
        out.erase(at);
        break;
      case 3:
        out.erase(at, out.end());
        break;
    }
  }
  return out;
}

inline void require(bool condition) {
  if (!condition) __builtin_trap();
}

}  // namespace wasphere::fuzz
