#include "core/signal/sender_key.h"

#include <catch2/catch.hpp>
#include <limits>

#include "tests/unit/core/signal/support.h"

using namespace wasphere;
using namespace wasphere::signal;

namespace {

// A sender's own record.
struct Sender {
  test::SeededRng rng;
  SenderKeyRecord record = new_sender_key(rng);

  Bytes send(std::string_view text) {
    auto out = group_encrypt(record, as_bytes(text), rng).value();
    record = out.next;
    return out.body;
  }
  SenderKeyDistributionMessage key() const {
    return parse_sender_key_distribution(build(distribution(record).value())).value();
  }
};

// A member's record of that sender, stored and loaded at each step.
struct Member {
  SenderKeyRecord record;

  void accept(const SenderKeyDistributionMessage& key) {
    record = process_distribution(record, key).value();
    reload();
  }
  Outcome<std::string> receive(const Bytes& body) {
    WS_TRY(auto message, parse_sender_key_message(body));
    WS_TRY(auto out, group_decrypt(record, message));
    record = std::move(out.next);
    reload();
    return to_text(out.plaintext);
  }
  void reload() { record = parse_sender_key_record(serialize(record)).value(); }
};

}  // namespace

TEST_CASE("sender key: members who have the key read the messages") {
  Sender sender;
  Member member;
  member.accept(sender.key());
  for (const char* text : {"one", "two", "three"})
    CHECK(member.receive(sender.send(text)).value() == text);
}

TEST_CASE("sender key: a newcomer reads nothing from before") {
  Sender sender;
  Bytes before = sender.send("before");
  Member newcomer;
  newcomer.accept(sender.key());
  CHECK(newcomer.receive(sender.send("after")).value() == "after");
  CHECK(newcomer.receive(before).error().fault == Fault::duplicate);
}

TEST_CASE("sender key: without the key there is nothing to read with") {
  Sender sender;
  Member member;
  CHECK(member.receive(sender.send("x")).error().fault == Fault::no_session);
  Sender other{test::SeededRng(9)};
  member.accept(other.key());
  CHECK(member.receive(sender.send("x")).error().fault == Fault::no_session);
}

TEST_CASE("sender key: order, loss and repetition") {
  Sender sender;
  Member member;
  member.accept(sender.key());
  Bytes one = sender.send("one");
  sender.send("lost");
  Bytes three = sender.send("three");
  CHECK(member.receive(three).value() == "three");
  CHECK(member.receive(one).value() == "one");
  CHECK(member.receive(one).error().fault == Fault::duplicate);
  CHECK(member.receive(three).error().fault == Fault::duplicate);
}

TEST_CASE("sender key: a wrong signature is refused and costs nothing") {
  Sender sender;
  Member member;
  member.accept(sender.key());
  Bytes body = sender.send("text");
  for (std::size_t at : {std::size_t{12}, body.size() - 1}) {
    Bytes bad = body;
    bad[at] ^= 1;
    CHECK(member.receive(bad).error().fault == Fault::invalid_signature);
  }
  CHECK(member.receive(body).value() == "text");
}

TEST_CASE("sender key: exactly 2000 messages may be missing") {
  Sender sender;
  Member member;
  member.accept(sender.key());
  sender.record.states[0].chain.next.index = 0;
  for (std::uint32_t i = 0; i < kMaxJump; ++i) sender.record.states[0].chain.next.advance();
  Bytes at_limit = sender.send("at the limit");
  Bytes beyond = sender.send("beyond");
  CHECK(member.receive(beyond).error().fault == Fault::future_message);
  CHECK(member.receive(at_limit).value() == "at the limit");
  CHECK(member.receive(beyond).value() == "beyond");
}

TEST_CASE("sender key: a key redelivered does not rewind its chain") {
  Sender sender;
  Member member;
  auto key = sender.key();
  member.accept(key);
  Bytes one = sender.send("one");
  Bytes two = sender.send("two");
  REQUIRE(member.receive(two));
  member.accept(key);
  CHECK(member.record.states.size() == 1);
  CHECK(member.receive(two).error().fault == Fault::duplicate);
  CHECK(member.receive(one).value() == "one");
}

TEST_CASE("sender key: a chain left too far behind catches up with a new distribution") {
  Sender sender;
  Member member;
  member.accept(sender.key());
  Bytes early = sender.send("early");
  for (std::uint32_t i = 0; i < 2 * kMaxJump; ++i) sender.record.states[0].chain.next.advance();
  Bytes late = sender.send("late");
  CHECK(member.receive(late).error().fault == Fault::future_message);
  member.accept(sender.key());
  CHECK(member.receive(sender.send("now")).value() == "now");
  CHECK(member.receive(early).error().fault == Fault::duplicate);
}

TEST_CASE("sender key: after a rotation, late messages of the previous key still open") {
  Sender sender;
  Member member;
  member.accept(sender.key());
  Bytes late = sender.send("late");
  sender.record = new_sender_key(sender.rng);
  member.accept(sender.key());
  CHECK(member.receive(sender.send("new key")).value() == "new key");
  CHECK(member.receive(late).value() == "late");
}

TEST_CASE("sender key: five keys are kept, and a known one counts as new again") {
  Sender sender;
  Member member;
  auto first = sender.key();
  member.accept(first);
  Bytes of_first = sender.send("first");
  Bytes of_second;
  for (std::size_t i = 1; i < kMaxSenderKeyStates; ++i) {
    sender.record = new_sender_key(sender.rng);
    member.accept(sender.key());
    if (i == 1) of_second = sender.send("second");
  }
  member.accept(first);
  CHECK(member.record.states.front().key_id == first.key_id);
  sender.record = new_sender_key(sender.rng);
  member.accept(sender.key());
  CHECK(member.record.states.size() == kMaxSenderKeyStates);
  CHECK(member.receive(of_first).value() == "first");
  CHECK(member.receive(of_second).error().fault == Fault::no_session);
}

TEST_CASE("sender key: the same id with another signing key replaces the key") {
  Sender sender;
  Sender impostor{test::SeededRng(9)};
  impostor.record.states[0].key_id = sender.record.states[0].key_id;
  Member member;
  member.accept(sender.key());
  member.accept(impostor.key());
  CHECK(member.record.states.size() == 1);
  CHECK(member.receive(impostor.send("x")).value() == "x");
  CHECK(member.receive(sender.send("y")).error().fault == Fault::invalid_signature);
}

TEST_CASE("sender key: a signing key that nothing can be valid under is refused") {
  Sender sender;
  auto key = sender.key();
  key.signing_key.fill(0xFF);
  CHECK(process_distribution({}, key).error().fault == Fault::invalid_key);
}

TEST_CASE("sender key: only our own key can be sent with, or handed out") {
  Sender sender;
  Member member;
  member.accept(sender.key());
  CHECK(group_encrypt({}, as_bytes("x"), sender.rng).error().fault == Fault::no_session);
  CHECK(group_encrypt(member.record, as_bytes("x"), sender.rng).error().fault == Fault::no_session);
  CHECK(distribution({}).error().fault == Fault::no_session);
  CHECK(distribution(member.record).error().fault == Fault::no_session);
}

TEST_CASE("sender key: ids have 31 bits and are not zero") {
  test::SeededRng rng;
  for (int i = 0; i < 100; ++i) {
    std::uint32_t id = new_sender_key(rng).states[0].key_id;
    CHECK(id >= 1);
    CHECK(id <= 0x7FFFFFFF);
  }
}

TEST_CASE("sender key: a key that is used up is not wrapped around") {
  Sender sender;
  sender.record.states[0].chain.next.index = std::numeric_limits<std::uint32_t>::max();
  CHECK(group_encrypt(sender.record, as_bytes("x"), sender.rng).error().fault ==
        Fault::invalid_session);
}
