// A store that fails while messages come in: what is not stored is not answered, so it comes again,
// and in the end everything is told once.
#include <catch2/catch.hpp>

#include "tests/unit/daemon/messaging/receive_world.h"

namespace wasphere::test::receiving {
namespace {

const std::string kSam = "200000000000000:2@lid";
const std::string kSamUser = "200000000000000@lid";
const std::string kGroup = "120363000000000001@g.us";

struct Told {
  Lines events, answers;
  bool operator==(const Told&) const = default;
};

class Exchange : public ReceiveWorld {
 public:
  Exchange() {
    store::MessageRow sent;
    sent.session_id = id();
    sent.id = "M1";
    sent.chat = kSamUser;
    sent.sender = std::string(kOwnLid) + "@lid";
    sent.from_me = true;
    sent.type = "text";
    sent.content = sent.context = "{}";
    sent.status = store::MessageStatus::sent;
    in_store([&](store::Tx& tx) -> Status {
      tx.messages.insert(sent);
      return {};
    });
    settle();
  }

  void run() {
    take(sam.says("A1", "first of all"));
    take_together(sam.says("A2", "two"), sam.says("A3", "at once"));
    wire::Nodes with_key{sam.seal(sam.share_key(kGroup)), sam.seal_group(Peer::text("to all"))};
    take(sam.in_group("G1", kGroup, std::move(with_key)));
    take(sam.stanza("B1", {broken(sam.seal(Peer::text("lost")))}));
    auto copy = sam.seal(Peer::text("lost"));
    copy.set("count", "1");
    take(sam.stanza("B1", {std::move(copy)}));
    take(sam.stanza("E1", {sam.seal(edit_of("A1", "first"))}));
    take_receipt("delivered");
    take_receipt("read");
  }
  Told told() { return {events(), answers_}; }

 private:
  // Until it is taken, as the server does it: again with the next connection.
  template <class Deliver>
  void insist(Deliver deliver) {
    while (!deliver()) {
      CHECK(line->take().empty());
      disconnect();
      connect();
    }
    for (const wire::Node& node : line->take()) answers_.push_back(outline_of(node));
  }
  void take(const wire::Node& stanza) {
    insist([&] { return deliver(stanza).has_value(); });
  }
  void take_together(const wire::Node& one, const wire::Node& other) {
    insist([&] { return deliver(std::vector{one, other}).has_value(); });
  }
  void take_receipt(const std::string& type) {
    wire::Node stanza{"receipt", {{"id", "M1"}, {"from", wire::Jid::parse(kSam).value()}}, {}};
    stanza.set("t", "1779704500");
    if (type != "delivered") stanza.set("type", type);
    insist([&] { return receipt(stanza).has_value(); });
  }
  static wire::Node broken(wire::Node enc) {
    Bytes body = enc.content_bytes();
    body.at(body.size() - 24) ^= 1;  // before what follows the ciphertext
    enc.content = std::move(body);
    return enc;
  }
  static Bytes edit_of(const std::string& message, const std::string& words) {
    model::Outgoing out;
    out.content = model::Edit{{kSamUser, false, message, ""}, Peer::text(words)};
    return model::build_message(out);
  }

  Peer sam = meet(kSam);
  Lines answers_;
};

Told run_with(FailingCommit* commit) {
  Exchange exchange;
  if (commit != nullptr) commit->arm(exchange.store);
  exchange.run();
  if (commit != nullptr) commit->disarm();
  return exchange.told();
}

TEST_CASE("any one commit may fail while messages come in", "[receive][faults]") {
  const Told clean = run_with(nullptr);
  CHECK(clean.events.size() == 9);
  const int failures = for_each_failing_commit([&clean](FailingCommit& commit) {
    INFO("commit " << commit.nth());
    const Told told = run_with(&commit);
    CHECK(told.events == clean.events);
    CHECK(told.answers == clean.answers);
  });
  CHECK(failures >= 8);
}

}  // namespace
}  // namespace wasphere::test::receiving
