// Virtual people among themselves: Signal from end to end, through the server's router.
#include "sandbox/contacts.h"

#include <catch2/catch.hpp>

#include "tests/unit/sandbox/test_network.h"

namespace wasphere::sandbox::test {
namespace {

struct Fixture {
  TestNetwork network;
  Contacts& contacts = network.contacts();
  Person& anna = create("Anna", 0);
  Person& ben = create("Ben", 2);

  Person& create(const char* name, std::size_t companions) {
    auto made = contacts.create("", name, companions);
    REQUIRE(made);
    return **made;
  }
  static wire::Jid jid(const Person& person) {
    return {person.phone.number, std::string(wire::kUserServer)};
  }
  std::string send(Person& from, const wire::Jid& to, const std::string& text,
                   std::size_t device = 0) {
    auto id = from.devices[device]->send_text(to, text);
    REQUIRE(id);
    network.settle();
    CHECK(from.inbox.acks().at(*id) == 0);
    return *id;
  }
  wire::Jid make_group(const char* mode = "lid") {
    auto& handset = anna.handset();
    const auto answer = handset.ask(
        {"iq",
         {{"id", "1"}, {"xmlns", "w:g2"}, {"type", "set"}, {"to", wire::Jid{"", "g.us"}}},
         wire::Nodes{{"create",
                      {{"subject", "Walk"}, {"addressing_mode", mode}},
                      wire::Nodes{{"participant", {{"jid", jid(ben)}}, {}}}}}});
    network.settle();
    return {answer.child("group")->attr_or("id", ""), "g.us"};
  }
};

TEST_CASE("a text reaches every device of a person, and its receipts the sender") {
  Fixture f;
  const auto id = f.send(f.anna, Fixture::jid(f.ben), "Hello");
  REQUIRE(f.ben.inbox.messages().size() == 1);
  const auto& message = f.ben.inbox.messages().front();
  CHECK(message.id == id);
  CHECK(message.text == "Hello");
  CHECK(message.sender == f.anna.phone.lid.to_string());
  CHECK(message.devices.size() == 3);
  CHECK(message.count() == 1);
  CHECK(f.anna.inbox.receipts().size() == 3);
}

TEST_CASE("what one device sends, the others of the person have too") {
  Fixture f;
  f.send(f.ben, Fixture::jid(f.anna), "From the tablet", 1);
  REQUIRE(f.ben.inbox.messages().size() == 1);
  const auto& copy = f.ben.inbox.messages().front();
  CHECK(copy.own);
  CHECK(copy.chat == f.anna.phone.lid.to_string());
  CHECK(copy.devices.size() == 2);
  CHECK(f.anna.inbox.messages().size() == 1);
}

TEST_CASE("conversations go on in both directions and in both namespaces") {
  Fixture f;
  f.ben.manners.hidden = false;
  for (int i = 0; i < 20; ++i) {
    f.send(f.anna, Fixture::jid(f.ben), "a" + std::to_string(i));
    f.send(f.ben, Fixture::jid(f.anna), "b" + std::to_string(i), i % 3);
  }
  CHECK(f.anna.inbox.messages().size() == 20);
  CHECK(f.ben.inbox.messages().size() == 40);  // with the copies of its own
  for (const auto& message : f.ben.inbox.messages()) CHECK(message.kind == "text");
}

TEST_CASE("an echo comes back once") {
  Fixture f;
  f.ben.manners.echo = true;
  f.send(f.anna, Fixture::jid(f.ben), "Hello");
  f.network.settle();
  REQUIRE(f.anna.inbox.messages().size() == 1);
  CHECK(f.anna.inbox.messages().front().text == "Hello");
}

TEST_CASE("a person that is away gets everything later, and its receipts come then") {
  Fixture f;
  for (auto& device : f.ben.devices) device->go_offline();
  for (int i = 0; i < 10; ++i) f.send(f.anna, Fixture::jid(f.ben), std::to_string(i));
  CHECK(f.ben.inbox.messages().empty());
  CHECK(f.anna.inbox.receipts().empty());
  for (auto& device : f.ben.devices) device->go_online();
  f.network.settle();
  REQUIRE(f.ben.inbox.messages().size() == 10);
  CHECK(f.ben.inbox.messages().front().text == "0");
  CHECK(f.ben.inbox.messages().front().offline);
  CHECK(f.anna.inbox.receipts().size() == 30);
}

TEST_CASE("receipts are held back, delayed, or followed by a read") {
  Fixture f;
  f.ben.manners.receipts = false;
  f.send(f.anna, Fixture::jid(f.ben), "1");
  CHECK(f.anna.inbox.receipts().empty());
  f.ben.manners.receipts = true;
  f.ben.manners.receipt_delay_ms = 5000;
  f.ben.manners.reads = true;
  f.send(f.anna, Fixture::jid(f.ben), "2");
  CHECK(f.anna.inbox.receipts().empty());
  f.network.clock.advance(std::chrono::seconds(6));
  CHECK(f.anna.inbox.receipts().size() == 6);
  CHECK(f.anna.inbox.receipts().back().type == "read");
}

TEST_CASE("a message that could not be opened is asked for again, and read once") {
  Fixture f;
  f.send(f.anna, Fixture::jid(f.ben), "first");
  f.ben.manners.retries = 1;
  f.send(f.anna, Fixture::jid(f.ben), "second");
  REQUIRE(f.ben.inbox.messages().size() == 2);
  const auto& message = f.ben.inbox.messages().back();
  CHECK(message.text == "second");
  CHECK(message.devices.size() == 3);
  CHECK(message.count() == 1);
  bool asked = false;
  for (const auto& receipt : f.anna.inbox.receipts()) asked = asked || receipt.type == "retry";
  CHECK(asked);
}

TEST_CASE("after a new installation both directions heal") {
  Fixture f;
  f.send(f.anna, Fixture::jid(f.ben), "before");
  f.send(f.ben, Fixture::jid(f.anna), "before");
  REQUIRE(f.contacts.reinstall(f.ben));
  f.network.settle();
  CHECK(f.ben.devices.size() == 1);
  f.send(f.anna, Fixture::jid(f.ben), "after");
  CHECK(f.ben.inbox.messages().back().text == "after");
  f.send(f.ben, Fixture::jid(f.anna), "back");
  CHECK(f.anna.inbox.messages().back().text == "back");
}

TEST_CASE("groups: keys are distributed once, to everybody, and anew after a removal") {
  Fixture f;
  auto& cleo = f.create("Cleo", 0);
  const auto mode = GENERATE("lid", "pn");
  const auto group = f.make_group(mode);
  for (int i = 0; i < 5; ++i) f.send(f.anna, group, "g" + std::to_string(i));
  f.send(f.ben, group, "from the tablet", 1);
  REQUIRE(f.ben.inbox.messages().size() == 6);
  for (const auto& message : f.ben.inbox.messages()) {
    CHECK(message.kind == "text");
    CHECK(message.chat == group.to_string());
  }
  CHECK(f.ben.inbox.messages().front().devices.size() == 3);
  CHECK(f.anna.inbox.messages().size() == 1);
  const auto change = [&](const char* action, const Person& who) {
    f.anna.handset().ask(
        {"iq",
         {{"id", "2"}, {"xmlns", "w:g2"}, {"type", "set"}, {"to", group}},
         wire::Nodes{
             {action, {}, wire::Nodes{{"participant", {{"jid", Fixture::jid(who)}}, {}}}}}});
    f.network.settle();
  };
  change("add", cleo);
  f.send(f.anna, group, "welcome");
  REQUIRE(cleo.inbox.messages().size() == 1);
  CHECK(cleo.inbox.messages().front().text == "welcome");
  change("remove", f.ben);
  f.send(f.anna, group, "without Ben");
  CHECK(f.ben.inbox.messages().size() == 7);
  CHECK(cleo.inbox.messages().back().text == "without Ben");
}

TEST_CASE("a group message without its key is asked for again") {
  Fixture f;
  const auto group = f.make_group();
  f.network.network().message_faults.add(
      {.kind = MessageFault::withhold_key, .device = Fixture::jid(f.ben), .count = 3});
  f.send(f.anna, group, "hidden");
  f.network.settle();
  REQUIRE(f.ben.inbox.messages().size() == 1);
  CHECK(f.ben.inbox.messages().front().text == "hidden");
  CHECK(f.ben.inbox.messages().front().devices.size() == 3);
}

TEST_CASE("people and their keys are there after a restart; what they forgot heals") {
  TestNetwork network;
  const auto number = [&] {
    auto anna = network.contacts().create("", "Anna", 0);
    auto ben = network.contacts().create("", "Ben", 1);
    REQUIRE(anna);
    REQUIRE(ben);
    REQUIRE((*anna)->handset().send_text(Fixture::jid(**ben), "before"));
    network.settle();
    return (*ben)->phone.number;
  }();
  network.restart();
  auto& ben = **network.contacts().find("Ben");
  auto& anna = **network.contacts().find("Anna");
  CHECK(ben.phone.number == number);
  CHECK(ben.contact);
  REQUIRE(ben.devices.size() == 2);
  REQUIRE(anna.handset().send_text(Fixture::jid(ben), "after"));
  network.settle();
  REQUIRE(ben.inbox.messages().size() == 1);
  CHECK(ben.inbox.messages().front().text == "after");
  CHECK(ben.inbox.messages().front().devices.size() == 2);
}

TEST_CASE("a phone that is linked sends and receives as the account's first device") {
  TestNetwork network;
  auto& contacts = network.contacts();
  auto& ben = **contacts.create("", "Ben", 0);
  const auto phone = contacts.create_phone("", "Office", "");
  REQUIRE(phone);
  TestClient companion(network);
  companion.link(phone->number);
  network.settle();
  while (companion.receive()) {
  }
  auto& office = **contacts.find("Office");
  REQUIRE(office.handset().send_text(Fixture::jid(ben), "from the phone"));
  network.settle();
  CHECK(ben.inbox.messages().size() == 1);
  const auto copy = companion.expect("message");
  CHECK(copy.jid("from") == office.phone.lid);
  CHECK(copy.jid("recipient") == ben.phone.lid);
  CHECK(copy.child("enc")->attr("type") == "pkmsg");
}

}  // namespace
}  // namespace wasphere::sandbox::test
