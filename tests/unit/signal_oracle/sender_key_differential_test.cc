// Group messages between our end and the oracle's, in both roles.
#include <catch2/catch.hpp>
#include <vector>

#include "core/signal/sender_key.h"
#include "tests/support/seeded_rng.h"
#include "tests/unit/signal_oracle/oracle.h"

using namespace wasphere;
using oracle::Opened;
using oracle::Verdict;

namespace {

// Our end, in the oracle's terms.
class Ours {
 public:
  explicit Ours(std::uint64_t seed) : rng_(seed) {}

  Bytes distribution() {
    if (own_.empty()) own_ = signal::new_sender_key(rng_);
    return build(signal::distribution(own_).value());
  }
  void rotate() { own_ = {}; }
  Bytes group_send(std::string_view text) {
    auto out = signal::group_encrypt(own_, as_bytes(text), rng_).value();
    own_ = out.next;
    return out.body;
  }
  void accept(BytesView distribution) {
    auto message = signal::parse_sender_key_distribution(distribution).value();
    peers_ = signal::process_distribution(peers_, message).value();
  }
  Opened group_receive(BytesView body) {
    auto message = signal::parse_sender_key_message(body);
    if (!message) return {};
    auto out = signal::group_decrypt(peers_, *message);
    if (!out) return {verdict_of(out.error().fault), {}};
    peers_ = signal::parse_sender_key_record(serialize(out->next)).value();
    return {Verdict::opened, to_text(out->plaintext)};
  }

 private:
  static Verdict verdict_of(signal::Fault fault) {
    if (fault == signal::Fault::duplicate) return Verdict::duplicate;
    return fault == signal::Fault::no_session ? Verdict::no_session : Verdict::refused;
  }
  test::SeededRng rng_;
  signal::SenderKeyRecord own_;
  signal::SenderKeyRecord peers_;
};

struct Sent {
  Bytes body;
  std::string text;
};

Sent take_any(std::vector<Sent>& flying, test::SeededRng& dice) {
  auto at = flying.begin() + static_cast<std::ptrdiff_t>(dice.between(0, flying.size() - 1));
  Sent out = std::move(*at);
  flying.erase(at);
  return out;
}

template <class To>
void deliver(To& to, std::vector<Sent>& flying, test::SeededRng& dice) {
  if (flying.empty()) return;
  Sent sent = take_any(flying, dice);
  Bytes damaged = sent.body;
  damaged[dice.between(0, damaged.size() - 1)] ^= 0x10;
  CHECK(to.group_receive(damaged).verdict != Verdict::opened);
  Opened opened = to.group_receive(sent.body);
  CHECK(opened.verdict == Verdict::opened);
  CHECK(opened.text == sent.text);
  CHECK(to.group_receive(sent.body).verdict == Verdict::duplicate);
}

// The sender's key is distributed once per rotation; three of four messages arrive, in any order.
template <class From, class To>
void broadcast(From& from, To& to, std::uint64_t seed) {
  INFO("seed " << seed);
  test::SeededRng dice(seed);
  std::vector<Sent> flying;
  to.accept(from.distribution());
  for (int i = 0; i < 120; ++i) {
    std::uint64_t roll = dice.between(0, 99);
    if (roll < 2) {
      while (!flying.empty()) deliver(to, flying, dice);  // both keep five keys only
      from.rotate();
      to.accept(from.distribution());
    } else if (roll < 50) {
      std::string text = "message " + std::to_string(i);
      flying.push_back({from.group_send(text), text});
    } else if (roll < 62) {
      if (!flying.empty()) take_any(flying, dice);
    } else {
      deliver(to, flying, dice);
    }
  }
}

}  // namespace

TEST_CASE("sender keys against the oracle: ours are read by them") {
  for (std::uint64_t seed = 1; seed <= 15; ++seed) {
    Ours ours(seed);
    oracle::Oracle theirs(seed);
    broadcast(ours, theirs, seed);
  }
}

TEST_CASE("sender keys against the oracle: theirs are read by us") {
  for (std::uint64_t seed = 1; seed <= 15; ++seed) {
    Ours ours(seed);
    oracle::Oracle theirs(seed);
    broadcast(theirs, ours, seed);
  }
}

TEST_CASE("sender keys against the oracle: a newcomer reads from its key on") {
  Ours ours(1);
  oracle::Oracle theirs(2);
  theirs.distribution();
  Bytes before = theirs.group_send("before");
  ours.accept(theirs.distribution());
  CHECK(ours.group_receive(theirs.group_send("after")).text == "after");
  CHECK(ours.group_receive(before).verdict == Verdict::duplicate);

  ours.distribution();
  Bytes ours_before = ours.group_send("before");
  theirs.accept(ours.distribution());
  CHECK(theirs.group_receive(ours.group_send("after")).text == "after");
  CHECK(theirs.group_receive(ours_before).verdict == Verdict::duplicate);
}

TEST_CASE("sender keys against the oracle: both stop at the same jump") {
  Ours ours(1);
  oracle::Oracle theirs(2);
  theirs.accept(ours.distribution());
  ours.accept(theirs.distribution());
  for (std::uint32_t i = 0; i < signal::kMaxJump; ++i) {
    ours.group_send("lost");
    theirs.group_send("lost");
  }
  Bytes our_limit = ours.group_send("limit");
  Bytes their_limit = theirs.group_send("limit");
  Bytes our_beyond = ours.group_send("beyond");
  Bytes their_beyond = theirs.group_send("beyond");
  CHECK(theirs.group_receive(our_beyond).verdict == Verdict::refused);
  CHECK(ours.group_receive(their_beyond).verdict == Verdict::refused);
  CHECK(theirs.group_receive(our_limit).text == "limit");
  CHECK(ours.group_receive(their_limit).text == "limit");
}
