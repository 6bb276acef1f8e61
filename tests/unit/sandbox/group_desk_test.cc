// Groups over the connections of their members.
#include "sandbox/group_desk.h"

#include <catch2/catch.hpp>

#include "core/stanza/message.h"
#include "tests/unit/sandbox/test_network.h"

namespace wasphere::sandbox::test {
namespace {

using wire::Jid;
using wire::Node;
using wire::Nodes;

struct Fixture {
  TestNetwork network;
  TestClient anna{network};
  TestClient ben{network};
  TestClient cleo{network};
  Jid group;

  Fixture() {
    const char* number = "44770090000";
    int next = 0;
    for (auto* client : {&anna, &ben, &cleo}) {
      client->link(network.phones().create(number + std::to_string(++next), "", "")->number);
      drain(*client);
    }
    const auto answer = ask(anna, "set", {"", "g.us"},
                            {"create",
                             {{"subject", "Walk"}, {"key", "k"}},
                             Nodes{member(lid(ben)), member(lid(cleo))}});
    group = {answer.child("group")->attr_or("id", ""), "g.us"};
    REQUIRE(kept.size() == 1);  // Anna's came before her answer
    kept.clear();
    for (auto* client : {&ben, &cleo}) {
      const auto note = client->expect("notification");
      CHECK(note.attr("type") == "w:gp2");
      CHECK(note.child("create")->child("group")->attr("subject") == "Walk");
    }
  }
  static void drain(TestClient& client) {
    while (client.receive()) {
    }
  }
  static Jid lid(const TestClient& client) { return client.device.account->lid; }
  static Jid person(const TestClient& client) { return lid(client).without_device(); }
  static Node member(const Jid& jid) {
    return {"participant", {{"jid", jid.without_device()}}, {}};
  }
  Node ask(TestClient& client, const char* type, const Jid& to, Node child) {
    client.send_node({"iq",
                      {{"id", "g1"}, {"xmlns", "w:g2"}, {"type", type}, {"to", to}},
                      Nodes{std::move(child)}});
    while (true) {
      auto node = client.receive();
      REQUIRE(node);
      if (node->tag == "iq") return *node;
      kept.push_back(*node);  // its own notification comes first
    }
  }
  std::vector<Node> kept;

  std::string hash() const {
    std::vector<Jid> devices;
    for (const auto* client : {&anna, &ben, &cleo}) {
      devices.push_back(person(*client));
      devices.push_back(lid(*client));
    }
    return stanza::participant_hash(devices);
  }
  Node text(const std::string& id) const {
    return {"message",
            {{"to", group},
             {"id", id},
             {"type", "text"},
             {"phash", hash()},
             {"addressing_mode", "lid"}},
            Nodes{{"participants",
                   {},
                   Nodes{{"to",
                          {{"jid", lid(ben)}},
                          Nodes{{"enc", {{"v", "2"}, {"type", "msg"}}, Bytes(9, 1)}}}}},
                  {"enc", {{"v", "2"}, {"type", "skmsg"}}, Bytes(9, 2)}}};
  }
  Node send(TestClient& client, const Node& message) {
    client.send_node(message);
    return client.expect("ack");
  }
};

TEST_CASE("members see a group with both addresses of everybody") {
  Fixture f;
  const auto answer = f.ask(f.ben, "get", f.group, {"query", {{"request", "interactive"}}, {}});
  const auto& group = *answer.child("group");
  CHECK(group.attr("addressing_mode") == "lid");
  CHECK(group.attr("size") == "3");
  REQUIRE(group.children().size() == 3);
  CHECK(group.children()[0].jid("jid") == Fixture::person(f.anna));
  CHECK(group.children()[0].attr("type") == "superadmin");
  CHECK(group.children()[0].jid("phone_number") == Jid{"447700900001", "s.whatsapp.net"});
  const auto all = f.ask(f.cleo, "get", {"", "g.us"}, {"participating", {}, {}});
  CHECK(all.child("groups")->children().size() == 1);
}

TEST_CASE("a group message reaches every other device, its keys only those they are for") {
  Fixture f;
  const auto ack = f.send(f.anna, f.text("M1"));
  CHECK_FALSE(ack.has("error"));
  CHECK_FALSE(ack.has("phash"));
  const auto message = f.ben.expect("message");
  CHECK(message.jid("from") == f.group);
  CHECK(message.jid("participant") == Fixture::lid(f.anna));
  CHECK(message.jid("participant_pn") == Jid{"447700900001", "s.whatsapp.net"});
  CHECK(message.attr("addressing_mode") == "lid");
  REQUIRE(message.children().size() == 2);
  CHECK(message.children()[0].attr("type") == "msg");
  CHECK(message.children()[1].attr("type") == "skmsg");
  const auto other = f.cleo.expect("message");
  REQUIRE(other.children().size() == 1);
  CHECK(other.children()[0].attr("type") == "skmsg");
  f.cleo.send_node(
      {"receipt", {{"id", "M1"}, {"to", f.group}, {"participant", Fixture::lid(f.anna)}}, {}});
  f.cleo.expect("ack");
  CHECK(f.network.network().post.box(f.cleo.device.account->jid).size() == 1);  // of the creation
  const auto receipt = f.anna.expect("receipt");
  CHECK(receipt.jid("from") == f.group);
  CHECK(receipt.jid("participant") == Fixture::lid(f.cleo));
}

TEST_CASE("who is removed hears of it, and of nothing after it") {
  Fixture f;
  const auto answer =
      f.ask(f.anna, "set", f.group, {"remove", {}, Nodes{Fixture::member(Fixture::lid(f.cleo))}});
  CHECK_FALSE(answer.child("remove")->child("participant")->has("error"));
  REQUIRE(f.kept.size() == 1);
  const auto note = f.cleo.expect("notification");
  CHECK(note.child("remove")->attr("prev_v_id") == "1");
  CHECK(note.child("remove")->attr("v_id") == "2");
  CHECK(note.jid("participant") == Fixture::person(f.anna));
  const auto ack = f.send(f.anna, f.text("M1"));
  CHECK(ack.has("phash"));  // it still counts Cleo's devices
  CHECK_FALSE(f.cleo.receive());
  f.cleo.send_node(f.text("M2"));
  CHECK(f.cleo.expect("ack").attr("error") == "403");
  CHECK(f.ask(f.cleo, "get", f.group, {"query", {}, {}}).child("error")->attr("code") == "403");
}

TEST_CASE("a newcomer hears of the group, the others of him; he leaves by himself") {
  Fixture f;
  TestClient dora(f.network);
  dora.link(f.network.phones().create("447700900009", "", "")->number);
  Fixture::drain(dora);
  f.ask(f.ben, "set", f.group, {"add", {}, Nodes{Fixture::member(Fixture::lid(dora))}});
  CHECK(f.cleo.expect("notification").child("add")->child("participant")->jid("jid") ==
        Fixture::person(dora));
  CHECK(dora.expect("notification").child("create") != nullptr);
  CHECK(f.ask(f.ben, "set", f.group, {"remove", {}, Nodes{Fixture::member(Fixture::lid(dora))}})
            .child("error")
            ->attr("code") == "403");
  f.ask(dora, "set", {"", "g.us"}, {"leave", {}, Nodes{{"group", {{"id", f.group}}, {}}}});
  CHECK(f.cleo.expect("notification").child("remove") != nullptr);
}

TEST_CASE("settings are admins' business, and change what is allowed") {
  Fixture f;
  CHECK(f.ask(f.ben, "set", f.group, {"announcement", {}, {}}).child("error") != nullptr);
  f.ask(f.anna, "set", f.group, {"announcement", {}, {}});
  CHECK(f.ben.expect("notification").child("announcement") != nullptr);
  f.ben.send_node(f.text("M1"));
  CHECK(f.ben.expect("ack").attr("error") == "405");
  f.ask(f.anna, "set", f.group, {"subject", {}, to_bytes(as_bytes("Run"))});
  CHECK(f.ben.expect("notification").child("subject")->attr("subject") == "Run");
  auto wrong = f.text("M3");
  wrong.set("addressing_mode", "pn");
  f.kept.clear();
  Fixture::drain(f.anna);
  CHECK(f.send(f.anna, wrong).attr("error") == "421");
}

TEST_CASE("groups are there after a restart") {
  Fixture f;
  for (auto* client : {&f.anna, &f.ben, &f.cleo}) client->hang_up();
  f.network.restart();
  REQUIRE(f.network.network().groups.find(f.group) != nullptr);
  CHECK(f.network.network().groups.find(f.group)->members.size() == 3);
}

}  // namespace
}  // namespace wasphere::sandbox::test
