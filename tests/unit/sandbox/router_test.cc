// Messages and receipts between linked devices, as seen on their connections.
#include "sandbox/router.h"

#include <catch2/catch.hpp>

#include "core/stanza/message.h"
#include "tests/unit/sandbox/test_network.h"

namespace wasphere::sandbox::test {
namespace {

using wire::Jid;
using wire::Node;
using wire::Nodes;

Node enc(const char* type, std::uint8_t content = 7) {
  return {"enc", {{"v", "2"}, {"type", type}}, Bytes(20, content)};
}

Node to(const Jid& device, Node content) {
  return {"to", {{"jid", device}}, Nodes{std::move(content)}};
}

// Two accounts, each with its phone (which nobody plays here) and one companion that is connected.
struct Fixture {
  TestNetwork network;
  TestClient anna{network};
  TestClient ben{network};

  Fixture() {
    anna.link(network.phones().create("447700900001", "Anna", "")->number);
    ben.link(network.phones().create("447700900002", "Ben", "")->number);
    drain(anna);
    drain(ben);
  }
  static void drain(TestClient& client) {
    while (client.receive()) {
    }
  }
  static Jid jid(const TestClient& client) { return client.device.account->jid; }
  static Jid lid(const TestClient& client) { return client.device.account->lid; }

  // To every device there is, in the namespace of hidden addresses.
  Node text(const std::string& id) const {
    return {"message",
            {{"to", lid(ben).without_device()}, {"id", id}, {"type", "text"}},
            Nodes{{"participants",
                   {},
                   Nodes{to(lid(ben).without_device(), enc("msg", 1)), to(lid(ben), enc("msg", 2)),
                         to(lid(anna).without_device(), enc("msg", 3))}}}};
  }
  Node send(TestClient& client, const Node& message) {
    client.send_node(message);
    return client.expect("ack");
  }
  std::string error_of(const Node& message) { return send(anna, message).attr_or("error", ""); }
};

TEST_CASE("a message reaches the device it is encrypted for, stamped, with that content only") {
  Fixture f;
  const auto ack = f.send(f.anna, f.text("M1"));
  CHECK(ack.attr("class") == "message");
  CHECK(ack.attr("id") == "M1");
  CHECK(ack.jid("from") == Fixture::lid(f.ben).without_device());
  CHECK_FALSE(ack.has("error"));
  CHECK_FALSE(ack.has("phash"));
  const auto message = f.ben.expect("message");
  CHECK(message.jid("from") == Fixture::lid(f.anna));
  CHECK(message.jid("sender_pn") == Fixture::jid(f.anna).without_device());
  CHECK(message.attr("notify") == "Anna");
  CHECK(message.attr("t") == ack.attr("t"));
  CHECK(message.attr("type") == "text");
  REQUIRE(message.children().size() == 1);
  CHECK(message.child("enc")->content_bytes() == Bytes(20, 2));
  CHECK_FALSE(f.ben.receive());
}

TEST_CASE("another device of the sender gets its copy with the chat it belongs to") {
  Fixture f;
  TestClient tablet(f.network);
  tablet.link("447700900001");
  Fixture::drain(tablet);
  Fixture::drain(f.anna);
  const auto chat = Fixture::jid(f.ben).without_device();
  f.send(f.anna, {"message",
                  {{"to", chat}, {"id", "M1"}, {"type", "text"}},
                  Nodes{{"participants",
                         {},
                         Nodes{to(chat, enc("msg")), to(Fixture::jid(tablet), enc("msg", 9))}}}});
  const auto copy = tablet.expect("message");
  CHECK(copy.jid("from") == Fixture::jid(f.anna));
  CHECK(copy.jid("recipient") == chat);
  CHECK(copy.jid("peer_recipient_lid") == Fixture::lid(f.ben).without_device());
  CHECK(copy.child("enc")->content_bytes() == Bytes(20, 9));
  // A receipt like any other's does not answer a copy; "sender" does.
  auto& box = f.network.network().post.box(Fixture::jid(tablet));
  const auto answer = [&](const char* type) {
    Node receipt{"receipt", {{"id", "M1"}, {"to", Fixture::jid(f.anna)}, {"recipient", chat}}, {}};
    if (*type != 0) receipt.set("type", type);
    tablet.send_node(receipt);
    tablet.expect("ack");
    return box.size();
  };
  CHECK(answer("") == 1);
  CHECK(answer("sender") == 0);
}

TEST_CASE("a fan-out that misses a device, or names one that is gone, is told the server's hash") {
  Fixture f;
  auto message = f.text("M1");
  auto targets = message.child("participants")->children();
  targets.pop_back();
  message.content = Nodes{{"participants", {}, targets}};
  const auto hash = f.send(f.anna, message).attr("phash");
  CHECK(hash ==
        stanza::participant_hash({Fixture::lid(f.ben).without_device(), Fixture::lid(f.ben),
                                  Fixture::lid(f.anna).without_device(), Fixture::lid(f.anna)}));
  auto gone = Fixture::lid(f.ben);
  gone.device = 77;
  auto longer = f.text("M2");
  targets = longer.child("participants")->children();
  targets.push_back(to(gone, enc("msg")));
  longer.content = Nodes{{"participants", {}, targets}};
  CHECK(f.send(f.anna, longer).attr("phash") == hash);
}

TEST_CASE("the same id of the same account is acked again and delivered once") {
  Fixture f;
  f.send(f.anna, f.text("M1"));
  CHECK_FALSE(f.send(f.anna, f.text("M1")).has("error"));
  f.ben.expect("message");
  CHECK_FALSE(f.ben.receive());
}

TEST_CASE("what the server refuses, and with which error") {
  Fixture f;
  const auto text = [&] {
    return f.text("M" + std::to_string(f.network.rng.between(1, 1'000'000)));
  };
  const auto changed = [&](auto change) {
    auto message = text();
    change(message);
    return f.error_of(message);
  };
  const auto with = [&](const char* key, const char* value) {
    return changed([&](Node& message) { message.set(key, std::string(value)); });
  };
  const auto content = [&](Nodes children) {
    return changed([&](Node& message) { message.content = children; });
  };
  const auto stranger = Jid{"447700900999", "s.whatsapp.net"};
  CHECK(with("id", "") == "479");
  CHECK(with("type", "shout") == "479");
  CHECK(content({}) == "479");
  CHECK(content({Node{"enc", {{"type", "msg"}}, Bytes(9)}}) == "479");
  CHECK(content({Node{"enc", {{"v", "2"}, {"type", "odd"}}, Bytes(9)}}) == "479");
  CHECK(content({enc("pkmsg")}) == "479");  // without device-identity
  auto again = enc("msg");
  again.set("count", "1");
  CHECK(content({{"participants", {}, Nodes{}}, again}) == "479");
  CHECK(content({{"participants", {}, Nodes{to(Fixture::jid(f.ben), enc("msg"))}}}) == "400");
  CHECK(changed([&](Node& m) {
          m.set("to", stranger);
          m.content = Nodes{enc("msg")};
        }) == "404");
  CHECK(changed([](Node& m) {
          m.set("to", Jid{"120363000000000001", "g.us"});
          m.content = Nodes{enc("skmsg")};
        }) == "404");
  f.network.network().policies.change("447700900001").lid_migrated = false;
  CHECK(f.error_of(text()) == "400");
  f.network.network().policies.change("447700900001") = Policy{};
  f.network.network().policies.change("447700900002").blocked = {"447700900001"};
  CHECK(f.error_of(text()) == "403");
  f.network.network().policies.change("447700900002") = Policy{};
  f.network.network().policies.change("447700900001").timelocked = true;
  CHECK(f.error_of(text()) == "463");
  f.network.network().policies.change("447700900001").timelocked = false;
  f.network.network().policies.change("447700900001").capped = true;
  CHECK(f.error_of(text()) == "475");
  CHECK_FALSE(f.ben.receive());
}

TEST_CASE("media without a media type vanish; a token opens a locked door") {
  Fixture f;
  auto media = f.text("M1");
  media.set("type", "media");
  f.anna.send_node(media);
  CHECK_FALSE(f.anna.receive());
  f.network.network().policies.change("447700900001").timelocked = true;
  f.ben.ask({"iq",
             {{"id", "t"}, {"xmlns", "privacy"}, {"type", "set"}, {"to", Jid::server_only()}},
             Nodes{{"tokens",
                    {},
                    Nodes{{"token",
                           {{"jid", Fixture::lid(f.anna).without_device()},
                            {"t", std::to_string(runtime::unix_seconds(f.network.clock))},
                            {"type", "trusted_contact"}},
                           {}}}}}});
  const auto note = f.anna.expect("notification");
  CHECK(note.attr("type") == "privacy_token");
  const auto token = note.child("tokens")->child("token")->content_bytes();
  auto text = f.text("M2");
  auto parts = text.children();
  parts.push_back({"tctoken", {}, token});
  text.content = parts;
  CHECK(f.error_of(text).empty());
  const auto message = f.ben.expect("message");
  CHECK(message.child("tctoken") == nullptr);
}

TEST_CASE("receipts go to every device of the author, retries to the one that wrote") {
  Fixture f;
  TestClient tablet(f.network);
  tablet.link("447700900001");
  Fixture::drain(tablet);
  Fixture::drain(f.anna);
  f.send(f.anna, f.text("M1"));
  const auto message = f.ben.expect("message");
  const auto receipt = [&](const char* type) {
    Node node{"receipt", {{"id", "M1"}, {"to", *message.jid("from")}}, {}};
    if (*type != 0) node.set("type", type);
    f.ben.send_node(node);
    const auto ack = f.ben.expect("ack");
    CHECK(ack.attr("class") == "receipt");
    CHECK(ack.attr("type") == node.attr("type"));
  };
  receipt("retry");
  CHECK(f.anna.expect("receipt").attr("type") == "retry");
  CHECK_FALSE(tablet.receive());
  CHECK(f.network.network().post.box(Fixture::jid(f.ben)).size() == 1);
  receipt("");
  const auto delivered = f.anna.expect("receipt");
  CHECK(delivered.jid("from") == Fixture::lid(f.ben));
  CHECK_FALSE(delivered.has("type"));
  CHECK(tablet.expect("receipt").attr("id") == "M1");
  CHECK(f.network.network().post.box(Fixture::jid(f.ben)).size() == 0);
  receipt("read");
  CHECK(f.anna.expect("receipt").jid("from") == Fixture::lid(f.ben).without_device());
  f.anna.send_node({"ack", {{"class", "receipt"}, {"id", "M1"}, {"to", Fixture::lid(f.ben)}}, {}});
  f.anna.send_node({"ack",
                    {{"class", "receipt"},
                     {"id", "M1"},
                     {"type", "read"},
                     {"to", Fixture::lid(f.ben).without_device()}},
                    {}});
  CHECK(f.network.network().post.box(Fixture::jid(f.anna)).size() ==
        2);  // the retry, and the tablet
}

TEST_CASE("an answer to a retry reaches one device and is no duplicate") {
  Fixture f;
  f.send(f.anna, f.text("M1"));
  f.ben.expect("message");
  auto again = enc("msg", 5);
  again.set("count", "1");
  CHECK_FALSE(f.send(f.anna, {"message",
                              {{"to", Fixture::lid(f.ben)}, {"id", "M1"}, {"type", "text"}},
                              Nodes{again}})
                  .has("error"));
  const auto message = f.ben.expect("message");
  CHECK(message.child("enc")->attr("count") == "1");
  CHECK(message.child("enc")->content_bytes() == Bytes(20, 5));
}

TEST_CASE("messages wait for a device that is away, in order, and come again until answered") {
  Fixture f;
  f.ben.hang_up();
  for (const char* id : {"M1", "M2", "M3"}) f.send(f.anna, f.text(id));
  const auto come_back = [&] {
    REQUIRE(f.ben.connect());
    f.ben.expect("success");
    f.ben.expect("ib");
    CHECK(f.ben.expect("ib").child("offline_preview")->attr("message") == "3");
    for (const char* id : {"M1", "M2", "M3"}) {
      const auto message = f.ben.expect("message");
      CHECK(message.attr("id") == id);
      CHECK(message.has("offline"));
    }
    CHECK(f.ben.expect("ib").child("offline")->attr("count") == "3");
  };
  come_back();
  f.ben.hang_up();
  come_back();
  f.ben.send_node({"receipt",
                   {{"id", "M1"}, {"to", Fixture::lid(f.anna)}},
                   Nodes{{"list", {}, Nodes{{"item", {{"id", "M2"}}, {}}}}}});
  f.ben.expect("ack");
  f.ben.send_node({"ack", {{"class", "message"}, {"id", "M3"}, {"to", Fixture::lid(f.anna)}}, {}});
  CHECK(f.network.network().post.box(Fixture::jid(f.ben)).size() == 0);
}

TEST_CASE("what waits, and what was sent before, survive a restart of the network") {
  Fixture f;
  f.ben.hang_up();
  f.send(f.anna, f.text("M1"));
  f.send(f.anna, f.text("M2"));
  f.anna.hang_up();
  f.network.restart();
  REQUIRE(f.ben.connect());
  CHECK(f.ben.expect("success").has("t"));
  f.ben.expect("ib");
  f.ben.expect("ib");
  CHECK(f.ben.expect("message").child("enc")->content_bytes() == Bytes(20, 2));
  CHECK(f.ben.expect("message").attr("id") == "M2");
  f.ben.expect("ib");
  f.ben.send_node({"receipt", {{"id", "M1"}, {"to", Fixture::lid(f.anna)}}, {}});
  f.ben.expect("ack");
  REQUIRE(f.anna.connect());
  Fixture::drain(f.anna);
  CHECK_FALSE(f.send(f.anna, f.text("M2")).has("error"));  // known already
  CHECK_FALSE(f.ben.receive());
  f.anna.hang_up();
  f.ben.hang_up();
  f.network.restart();
  CHECK(f.network.network().post.box(Fixture::jid(f.ben)).size() == 1);
}

TEST_CASE("those who know an account are told of its devices") {
  Fixture f;
  f.send(f.anna, f.text("M1"));
  f.ben.expect("message");
  TestClient tablet(f.network);
  tablet.link("447700900001");
  const auto added = f.ben.expect("notification");
  CHECK(added.attr("type") == "devices");
  CHECK(added.jid("from") == Jid{"447700900001", "s.whatsapp.net"});
  CHECK(added.child("add")->child("device")->jid("jid") == Fixture::jid(tablet));
  CHECK(added.child("add")->child("key-index-list") != nullptr);
  CHECK(f.anna.expect("notification").attr("type") == "account_sync");
  REQUIRE(f.network.phones().unlink("447700900001", Fixture::jid(tablet).device));
  CHECK(f.ben.expect("notification").child("remove") != nullptr);
}

TEST_CASE("typing is passed on and never kept") {
  Fixture f;
  const Node typing{
      "chatstate", {{"to", Fixture::lid(f.ben).without_device()}}, Nodes{{"composing", {}, {}}}};
  f.anna.send_node(typing);
  const auto state = f.ben.expect("chatstate");
  CHECK(state.jid("from") == Fixture::lid(f.anna).without_device());
  f.ben.hang_up();
  f.anna.send_node(typing);
  CHECK(f.network.network().post.box(Fixture::jid(f.ben)).size() == 0);
}

TEST_CASE("faults of acks") {
  Fixture f;
  auto& faults = f.network.network().message_faults;
  faults.add({.kind = MessageFault::ack_error, .device = {}, .after = 1, .value = 421});
  CHECK(f.error_of(f.text("M1")).empty());
  CHECK(f.error_of(f.text("M2")) == "421");
  CHECK(f.error_of(f.text("M2")).empty());  // it was not taken the first time
  f.ben.expect("message");
  f.ben.expect("message");
  faults.add({.kind = MessageFault::ack_drop, .device = {}});
  f.anna.send_node(f.text("M3"));
  CHECK_FALSE(f.anna.receive());
  f.ben.expect("message");
  faults.add({.kind = MessageFault::ack_delay, .device = Fixture::jid(f.anna), .value = 500});
  f.anna.send_node(f.text("M4"));
  CHECK_FALSE(f.anna.receive());
  f.network.clock.advance(std::chrono::milliseconds(500));
  CHECK(f.anna.expect("ack").attr("id") == "M4");
}

TEST_CASE("faults of deliveries") {
  Fixture f;
  auto& faults = f.network.network().message_faults;
  const auto add = [&](MessageFault kind) {
    faults.add({.kind = kind, .device = Fixture::jid(f.ben).without_device()});
  };
  const auto next = [&] { return f.ben.expect("message"); };
  add(MessageFault::duplicate);
  f.send(f.anna, f.text("M1"));
  CHECK(next() == next());
  add(MessageFault::reorder);
  f.send(f.anna, f.text("M2"));
  CHECK_FALSE(f.ben.receive());
  f.send(f.anna, f.text("M3"));
  CHECK(next().attr("id") == "M3");
  CHECK(next().attr("id") == "M2");
  add(MessageFault::corrupt);
  f.send(f.anna, f.text("M4"));
  CHECK(next().child("enc")->content_bytes() != Bytes(20, 2));
  add(MessageFault::unknown_enc);
  f.send(f.anna, f.text("M5"));
  CHECK(next().child("enc")->attr("type") == "frskmsg");
  add(MessageFault::drop);
  f.send(f.anna, f.text("M6"));
  CHECK_FALSE(f.ben.receive());
  add(MessageFault::disconnect);
  f.send(f.anna, f.text("M7"));
  CHECK(f.ben.dropped());
  CHECK_FALSE(faults.any());
}

}  // namespace
}  // namespace wasphere::sandbox::test
