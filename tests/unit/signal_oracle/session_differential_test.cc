// Random conversations between our end and the oracle's: both directions, out of order, with loss,
// repetition, damage, and sessions begun anew by either end at any moment.
#include <catch2/catch.hpp>
#include <deque>
#include <vector>

#include "tests/unit/core/signal/support.h"
#include "tests/unit/signal_oracle/oracle.h"

using namespace wasphere;
using oracle::Opened;
using oracle::Verdict;
using oracle::Wire;

namespace {

// Our end, in the oracle's terms.
class Ours {
 public:
  explicit Ours(std::uint64_t seed) : peer_(seed) {}

  signal::PreKeyBundle bundle(bool with_one_time) { return peer_.bundle(with_one_time); }
  bool has_session() const { return !peer_.stored.empty(); }
  std::size_t one_time_keys() const { return peer_.one_time.size(); }

  bool begin(const signal::PreKeyBundle& bundle) {
    auto begun = signal::begin_session(peer_.record(), peer_.own, bundle, peer_.rng);
    if (begun) peer_.keep(*begun);
    return begun.has_value();
  }
  Wire send(std::string_view text) {
    auto wire = peer_.send(text);
    return {wire.type, wire.body};
  }
  Opened receive(const Wire& wire) {
    Bytes before = peer_.stored;
    auto text = peer_.receive({wire.type, wire.body});
    if (text) return {Verdict::opened, *text};
    CHECK(peer_.stored == before);
    return {verdict_of(text.error().fault), {}};
  }

 private:
  static Verdict verdict_of(signal::Fault fault) {
    if (fault == signal::Fault::duplicate) return Verdict::duplicate;
    return fault == signal::Fault::no_session ? Verdict::no_session : Verdict::refused;
  }
  signal_test::Peer peer_;
};

struct Sent {
  Wire wire;
  std::string text;
  std::size_t chain;  // how many chains its sender had begun
};

// One way of the network between them.
template <class From, class To>
class Way {
 public:
  Way(From& from, To& to, test::SeededRng& rng) : from_(from), to_(to), rng_(rng) {}

  void begin() { REQUIRE(from_.begin(to_.bundle(rng_.between(0, 3) != 0))); }

  void send() {
    if (!from_.has_session()) begin();
    std::string text =
        "message " + std::to_string(count_++) + std::string(rng_.between(0, 40), '.');
    Wire wire = from_.send(text);
    auto key = ratchet_key(wire);
    if (key != last_key_) ++chain_;
    last_key_ = key;
    flying_.push_back({std::move(wire), std::move(text), chain_});
    lose_old();
  }

  // Any of those under way, not the oldest in particular.
  void deliver() {
    if (flying_.empty()) return;
    Sent sent = take_any();
    Opened opened = to_.receive(sent.wire);
    CHECK(opened.verdict == Verdict::opened);
    CHECK(opened.text == sent.text);
    arrived_.push_back(std::move(sent));
    if (arrived_.size() > 5) arrived_.pop_front();
  }

  void lose() {
    if (!flying_.empty()) take_any();
  }

  void repeat() {
    if (arrived_.empty() || arrived_.back().chain + kChains <= chain_) return;
    CHECK(to_.receive(arrived_.back().wire).verdict == Verdict::duplicate);
  }

  // Bits flipped on the way: refused, and the genuine one still opens later.
  void damage() {
    if (flying_.empty()) return;
    Wire wire = flying_[rng_.between(0, flying_.size() - 1)].wire;
    if (wire.type == signal::CiphertextType::pkmsg) return;  // its outer fields have no MAC
    wire.body[wire.body.size() - 1 - rng_.between(0, 30)] ^= 0x40;
    CHECK(to_.receive(wire).verdict != Verdict::opened);
  }

  void drain() {
    while (!flying_.empty()) deliver();
  }
  std::size_t messages() const { return count_; }

 private:
  // Fewer than either end keeps, so that whatever is under way can be opened.
  static constexpr std::size_t kChains = 4;

  static crypto::PublicKey ratchet_key(const Wire& wire) {
    if (wire.type == signal::CiphertextType::msg)
      return signal::parse_signal_message(wire.body).value().ratchet_key;
    return signal::parse_pre_key_signal_message(wire.body).value().message.ratchet_key;
  }

  Sent take_any() {
    auto at = flying_.begin() + static_cast<std::ptrdiff_t>(rng_.between(0, flying_.size() - 1));
    Sent out = std::move(*at);
    flying_.erase(at);
    return out;
  }
  void lose_old() {
    std::erase_if(flying_, [&](const Sent& sent) { return sent.chain + kChains <= chain_; });
  }

  From& from_;
  To& to_;
  test::SeededRng& rng_;
  std::vector<Sent> flying_;
  std::deque<Sent> arrived_;
  crypto::PublicKey last_key_{};
  std::size_t chain_ = 0;
  std::size_t count_ = 0;
};

template <class W>
void random_step(W& way, std::uint64_t dice) {
  if (dice < 40) return way.send();
  if (dice < 82) return way.deliver();
  if (dice < 86) return way.lose();
  if (dice < 91) return way.repeat();
  if (dice < 97) return way.damage();
  way.begin();
}

void converse(std::uint64_t seed, int steps) {
  INFO("seed " << seed);
  test::SeededRng dice(seed);
  Ours ours(seed * 3 + 1);
  oracle::Oracle theirs(seed * 3 + 2);
  Way out(ours, theirs, dice);
  Way in(theirs, ours, dice);
  for (int i = 0; i < steps; ++i) {
    INFO("step " << i);
    std::uint64_t roll = dice.between(0, 99);
    dice.between(0, 1) == 0 ? random_step(out, roll) : random_step(in, roll);
  }
  out.drain();
  in.drain();
  CHECK(out.messages() + in.messages() > static_cast<std::size_t>(steps) / 4);
}

}  // namespace

TEST_CASE("sessions against the oracle: random conversations") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) converse(seed, 150);
}

TEST_CASE("sessions against the oracle: one long conversation") {
  converse(1000, 3000);
}

TEST_CASE("sessions against the oracle: either end begins, with and without a one-time key") {
  for (bool one_time : {true, false}) {
    Ours ours(1);
    oracle::Oracle theirs(2);
    REQUIRE(ours.begin(theirs.bundle(one_time)));
    CHECK(theirs.receive(ours.send("hello")).text == "hello");
    CHECK(ours.receive(theirs.send("hello too")).text == "hello too");
    CHECK(theirs.one_time_keys() == 0);

    oracle::Oracle first(3);
    Ours second(4);
    REQUIRE(first.begin(second.bundle(one_time)));
    CHECK(second.receive(first.send("hello")).text == "hello");
    CHECK(first.receive(second.send("hello too")).text == "hello too");
    CHECK(second.one_time_keys() == 0);
  }
}

TEST_CASE("sessions against the oracle: bundles with a wrong signature are refused by both") {
  Ours ours(1);
  oracle::Oracle theirs(2);
  auto their_bundle = theirs.bundle(true);
  auto our_bundle = ours.bundle(true);
  their_bundle.signature[7] ^= 1;
  our_bundle.signature[7] ^= 1;
  CHECK_FALSE(ours.begin(their_bundle));
  CHECK_FALSE(theirs.begin(our_bundle));
}

TEST_CASE("sessions against the oracle: both stop at the same jump") {
  Ours ours(1);
  oracle::Oracle theirs(2);
  REQUIRE(ours.begin(theirs.bundle(true)));
  REQUIRE(theirs.receive(ours.send("x")).verdict == Verdict::opened);
  REQUIRE(ours.receive(theirs.send("x")).verdict == Verdict::opened);
  for (std::uint32_t i = 0; i < signal::kMaxJump; ++i) {
    ours.send("lost");
    theirs.send("lost");
  }
  Wire our_limit = ours.send("limit");
  Wire our_beyond = ours.send("beyond");
  Wire their_limit = theirs.send("limit");
  Wire their_beyond = theirs.send("beyond");
  CHECK(theirs.receive(our_beyond).verdict == Verdict::refused);
  CHECK(ours.receive(their_beyond).verdict == Verdict::refused);
  CHECK(theirs.receive(our_limit).text == "limit");
  CHECK(ours.receive(their_limit).text == "limit");
}
