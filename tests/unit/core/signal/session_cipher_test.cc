#include "core/signal/session_cipher.h"

#include <catch2/catch.hpp>
#include <limits>
#include <vector>

#include "tests/unit/core/signal/support.h"

using namespace wasphere;
using namespace wasphere::signal;
using namespace wasphere::signal_test;

namespace {

constexpr auto kPkmsg = CiphertextType::pkmsg;
constexpr auto kMsg = CiphertextType::msg;

// Flips one bit of what the innermost message's MAC covers: its last byte but eight.
Wire damaged(Wire wire, std::size_t from_end = 9) {
  wire.body[wire.body.size() - from_end] ^= 1;
  return wire;
}

PreKeySignalMessage pkmsg(const Wire& wire) {
  return parse_pre_key_signal_message(wire.body).value();
}

}  // namespace

TEST_CASE("session: the first message carries what the peer needs") {
  Peer alice(1);
  Peer bob(2);
  alice.begin(bob.bundle());
  Wire first = alice.send("hello");
  CHECK(first.type == kPkmsg);
  CHECK(bob.receive(first).value() == "hello");
  CHECK(bob.began_session);
  CHECK(bob.record().current->remote_identity == alice.own.key.public_key);
  CHECK(bob.record().current->remote_registration_id == alice.own.registration_id);
}

TEST_CASE("session: it works without a one-time key too") {
  Peer alice(1);
  Peer bob(2);
  alice.begin(bob.bundle(false));
  Wire first = alice.send("hello");
  CHECK_FALSE(pkmsg(first).header.pre_key_id);
  CHECK(bob.receive(first).value() == "hello");
  CHECK(alice.receive(bob.send("you too")).value() == "you too");
}

TEST_CASE("session: pre-key messages until the peer has answered") {
  Peer alice(1);
  Peer bob(2);
  alice.begin(bob.bundle());
  CHECK(bob.receive(alice.send("one")).value() == "one");
  Wire second = alice.send("two");
  CHECK(second.type == kPkmsg);
  CHECK(bob.receive(second).value() == "two");
  CHECK_FALSE(bob.began_session);
  Wire answer = bob.send("three");
  CHECK(answer.type == kMsg);
  CHECK(alice.receive(answer).value() == "three");
  CHECK(alice.send("four").type == kMsg);
}

TEST_CASE("session: the one-time key is named once, and needed once") {
  Peer alice(1);
  Peer bob(2);
  alice.begin(bob.bundle());
  Wire first = alice.send("one");
  Wire second = alice.send("two");
  REQUIRE(bob.one_time.size() == 1);
  REQUIRE(bob.receive(second));
  CHECK(bob.one_time.empty());
  CHECK(bob.receive(first).value() == "one");
}

TEST_CASE("session: a damaged first message costs nothing") {
  Peer alice(1);
  Peer bob(2);
  alice.begin(bob.bundle());
  Wire first = alice.send("hello");
  PreKeySignalMessage message = pkmsg(first);
  message.message.authenticated.back() ^= 1;
  Wire bad{kPkmsg, build_pre_key_signal_message(message.header, build(message.message))};
  CHECK(bob.receive(bad).error().fault == Fault::bad_mac);
  CHECK(bob.stored.empty());
  CHECK(bob.one_time.size() == 1);
  CHECK(bob.receive(first).value() == "hello");
}

TEST_CASE("session: a pre-key that is not ours is named") {
  Peer alice(1);
  Peer bob(2);
  alice.begin(bob.bundle());
  auto message = pkmsg(alice.send("hello"));
  PreKeyInputs none{bob.own, std::nullopt, std::nullopt};
  PreKeyInputs signed_only{bob.own, bob.signed_pre_key, std::nullopt};
  PreKeyInputs other{bob.own, bob.signed_pre_key, stanza::PreKey{5, bob.signed_pre_key.key}};
  for (const auto& inputs : {none, signed_only, other}) {
    auto failure = decrypt_pre_key({}, message, inputs, bob.rng).error();
    CHECK(failure.fault == Fault::invalid_key_id);
  }
}

TEST_CASE("session: the bundle's signature is checked") {
  Peer alice(1);
  Peer bob(2);
  auto bundle = bob.bundle();
  bundle.signature[5] ^= 1;
  auto begun = begin_session({}, alice.own, bundle, alice.rng);
  CHECK(begun.error().fault == Fault::invalid_signature);
}

TEST_CASE("session: keys of low order are refused") {
  Peer alice(1);
  Peer bob(2);
  auto bundle = bob.bundle();
  bundle.one_time->key = crypto::PublicKey{};
  CHECK(begin_session({}, alice.own, bundle, alice.rng).error().fault == Fault::invalid_key);

  alice.begin(bob.bundle(false));
  auto message = pkmsg(alice.send("x"));
  PreKeyInputs inputs{bob.own, bob.signed_pre_key, std::nullopt};
  auto low_base = message;
  low_base.header.base_key = {1};
  CHECK(decrypt_pre_key({}, low_base, inputs, bob.rng).error().fault == Fault::invalid_key);
  message.message.ratchet_key = {};
  CHECK(decrypt_pre_key({}, message, inputs, bob.rng).error().fault == Fault::invalid_key);
}

TEST_CASE("session: a long conversation in both directions") {
  Pair pair = settled_pair();
  for (int turn = 0; turn < 40; ++turn) {
    Peer& from = turn % 2 == 0 ? pair.alice : pair.bob;
    Peer& to = turn % 2 == 0 ? pair.bob : pair.alice;
    for (int i = 0; i <= turn % 3; ++i) {
      std::string text = std::to_string(turn * 10 + i);
      CHECK(to.receive(from.send(text)).value() == text);
    }
  }
}

TEST_CASE("session: the previous counter is the last index of the chain before") {
  Pair pair = settled_pair();
  pair.alice.send("lost");
  pair.alice.send("lost");
  pair.bob.receive(pair.alice.send("third")).value();
  pair.alice.receive(pair.bob.send("answer")).value();
  auto message = parse_signal_message(pair.alice.send("next chain").body).value();
  CHECK(message.counter == 0);
  CHECK(message.previous_counter == 2);
}

TEST_CASE("session: late messages open in any order, over several turns") {
  Pair pair = settled_pair();
  std::vector<Wire> late;
  for (int turn = 0; turn < 3; ++turn) {
    late.push_back(pair.alice.send(std::to_string(turn)));
    pair.bob.receive(pair.alice.send("on time")).value();
    pair.alice.receive(pair.bob.send("turn")).value();
  }
  for (int turn = 2; turn >= 0; --turn)
    CHECK(pair.bob.receive(late[static_cast<std::size_t>(turn)]).value() == std::to_string(turn));
}

TEST_CASE("session: messages of the sixth chain back are gone") {
  Pair pair = settled_pair();
  Wire oldest = pair.alice.send("oldest");
  Wire newer;
  for (std::size_t turn = 0; turn < kMaxReceiverChains; ++turn) {
    pair.bob.receive(pair.alice.send("on time")).value();
    pair.alice.receive(pair.bob.send("turn")).value();
    if (turn == 0) newer = pair.alice.send("newer");
  }
  pair.bob.receive(pair.alice.send("on time")).value();
  CHECK(pair.bob.record().current->receiving.size() == kMaxReceiverChains);
  CHECK(pair.bob.receive(oldest).error().fault == Fault::bad_mac);
  CHECK(pair.bob.receive(newer).value() == "newer");
}

TEST_CASE("session: a message opens once") {
  Pair pair = settled_pair();
  Wire first = pair.alice.send("first");
  Wire second = pair.alice.send("second");
  REQUIRE(pair.bob.receive(second));
  REQUIRE(pair.bob.receive(first));
  CHECK(pair.bob.receive(first).error().fault == Fault::duplicate);
  CHECK(pair.bob.receive(second).error().fault == Fault::duplicate);
}

TEST_CASE("session: a pre-key message opens once") {
  Peer alice(1);
  Peer bob(2);
  alice.begin(bob.bundle());
  Wire first = alice.send("first");
  REQUIRE(bob.receive(first));
  Bytes before = bob.stored;
  CHECK(bob.receive(first).error().fault == Fault::duplicate);
  CHECK(bob.stored == before);
}

TEST_CASE("session: a damaged message fails, the genuine one still opens") {
  Pair pair = settled_pair();
  Wire wire = pair.alice.send("text");
  CHECK(pair.bob.receive(damaged(wire)).error().fault == Fault::bad_mac);
  CHECK(pair.bob.receive(damaged(wire, 1)).error().fault == Fault::bad_mac);
  CHECK(pair.bob.receive(wire).value() == "text");
}

TEST_CASE("session: a forged turn changes nothing") {
  Pair pair = settled_pair();
  auto forged = parse_signal_message(pair.alice.send("text").body).value();
  forged.ratchet_key = crypto::KeyPair::generate(pair.alice.rng).public_key;
  auto out = decrypt(pair.bob.record(), forged, pair.bob.rng);
  CHECK(out.error().fault == Fault::bad_mac);
  CHECK(pair.bob.receive(pair.alice.send("after")).value() == "after");
}

TEST_CASE("session: exactly 2000 messages may be missing") {
  Pair pair = settled_pair();
  for (std::uint32_t i = 0; i < kMaxJump; ++i) {
    auto out = encrypt(pair.alice.record(), as_bytes("lost")).value();
    pair.alice.keep(out.next);
  }
  Wire at_limit = pair.alice.send("at the limit");
  Wire beyond = pair.alice.send("beyond");
  CHECK(pair.bob.receive(beyond).error().fault == Fault::future_message);
  CHECK(pair.bob.receive(beyond, kMaxJumpOwnDevice).value() == "beyond");
  CHECK(pair.bob.receive(at_limit).value() == "at the limit");
}

TEST_CASE("session: a peer that skips and skips does not grow the record") {
  Pair pair = settled_pair();
  for (int turn = 0; turn < 4; ++turn) {
    SessionRecord ahead = pair.alice.record();
    for (std::uint32_t i = 0; i < kMaxJump; ++i) ahead.current->sending.advance();
    pair.alice.keep(ahead);
    CHECK(pair.bob.receive(pair.alice.send("far ahead")).value() == "far ahead");
    CHECK(pair.alice.receive(pair.bob.send("turn")).value() == "turn");
  }
  std::size_t kept = 0;
  for (const auto& chain : pair.bob.record().current->receiving)
    kept += chain.messages.skipped.size();
  CHECK(kept == kMaxSkippedKeysPerRecord);
}

TEST_CASE("session: without one there is nothing to encrypt or decrypt with") {
  Pair pair = settled_pair();
  CHECK(encrypt({}, as_bytes("x")).error().fault == Fault::no_session);
  auto message = parse_signal_message(pair.alice.send("x").body).value();
  CHECK(decrypt({}, message, pair.bob.rng).error().fault == Fault::no_session);
}

TEST_CASE("session: messages of an archived session open and bring it back") {
  Pair pair = settled_pair();
  Wire under_way = pair.alice.send("under way");
  auto old_base = pair.bob.record().current->base_key;
  pair.bob.begin(pair.alice.bundle());
  CHECK(pair.bob.receive(under_way).value() == "under way");
  CHECK(pair.bob.record().current->base_key == old_base);
  CHECK(pair.bob.record().archived.size() == 1);
}

TEST_CASE("session: a turn is found in an archived session as well") {
  Pair pair = settled_pair();
  pair.alice.receive(pair.bob.send("a turn")).value();
  Wire new_chain = pair.alice.send("new chain");
  pair.bob.begin(pair.alice.bundle());
  pair.bob.begin(pair.alice.bundle());
  CHECK(pair.bob.receive(new_chain).value() == "new chain");
  CHECK(pair.bob.record().archived.size() == 2);
}

TEST_CASE(
    "session: a session with an earlier identity opens late messages but is not brought back") {
  Pair pair = settled_pair();
  Wire late = pair.alice.send("from the old phone");
  Peer reinstalled(3);
  pair.bob.begin(reinstalled.bundle());
  CHECK(pair.bob.receive(late).value() == "from the old phone");
  CHECK(pair.bob.record().current->remote_identity == reinstalled.own.key.public_key);
  CHECK(pair.bob.receive(late).error().fault == Fault::duplicate);
}

TEST_CASE("session: both begin at once and still understand each other") {
  Peer alice(1);
  Peer bob(2);
  alice.begin(bob.bundle());
  bob.begin(alice.bundle());
  Wire from_alice = alice.send("from alice");
  Wire from_bob = bob.send("from bob");
  CHECK(bob.receive(from_alice).value() == "from alice");
  CHECK(alice.receive(from_bob).value() == "from bob");
  for (int i = 0; i < 4; ++i) {
    CHECK(alice.receive(bob.send("b")).value() == "b");
    CHECK(bob.receive(alice.send("a")).value() == "a");
  }
}

TEST_CASE("session: a peer that lost its state begins anew") {
  Pair pair = settled_pair();
  pair.alice.stored.clear();
  pair.alice.begin(pair.bob.bundle());
  CHECK(pair.bob.receive(pair.alice.send("again")).value() == "again");
  CHECK(pair.bob.began_session);
  CHECK(pair.bob.record().archived.size() == 1);
  CHECK(pair.alice.receive(pair.bob.send("welcome back")).value() == "welcome back");
}

TEST_CASE("session: a chain that is used up is not wrapped around") {
  Pair pair = settled_pair();
  SessionRecord record = pair.alice.record();
  record.current->sending.index = std::numeric_limits<std::uint32_t>::max();
  CHECK(encrypt(record, as_bytes("x")).error().fault == Fault::invalid_session);
}

TEST_CASE("session: empty and large plaintexts") {
  Pair pair = settled_pair();
  CHECK(pair.bob.receive(pair.alice.send("")).value().empty());
  std::string large(100'000, 'x');
  CHECK(pair.bob.receive(pair.alice.send(large)).value() == large);
}
