#include <catch2/catch.hpp>

#include "tests/unit/daemon/session/world.h"

namespace wasphere::test {
namespace {

wire::Node stanza_of(const std::string& tag, const std::string& id, const std::string& type = {}) {
  wire::Node node{tag, {{"id", id}, {"from", wire::Jid::server_only()}}, {}};
  if (!type.empty()) node.set("type", type);
  return node;
}

wire::Node ib(wire::Node child) {
  return {"ib", {{"from", wire::Jid::server_only()}}, wire::Nodes{std::move(child)}};
}

wire::Node counted(const std::string& tag, const std::string& count) {
  return {tag, {{"count", count}}, {}};
}

wire::Node few_pre_keys() {
  wire::Node node = stanza_of("notification", "n1", "encrypt");
  node.content = wire::Nodes{{"count", {{"value", std::string("4")}}, {}}};
  return node;
}

// Linked and connected, with an empty inbox at the server.
struct Online : World {
  Online() {
    if (!start()) throw std::runtime_error("start");
    link();
  }
  std::vector<wire::Node> acks() {
    std::vector<wire::Node> out;
    while (auto ack = end().take_tag("ack")) out.push_back(std::move(*ack));
    return out;
  }
  int batches() {
    int out = 0;
    while (end().take([](const wire::Node& node) {
      return node.tag == "ib" && node.child("offline_batch") != nullptr;
    }))
      ++out;
    return out;
  }
  // How many pre-keys the server has, when it does not answer by itself.
  void answer_count(const std::string& count) {
    const auto asked = end().take_iq("encrypt", "count").value();
    end().send(stanza::iq_result(asked, {{"count", {{"value", count}}, {}}}));
    settle();
  }
  void drop_and_come_back() {
    end().drop();
    settle();
    advance(Duration{5'000});
  }
};

TEST_CASE("after login: active, unavailable with our name, unified session", "[session][login]") {
  World world;
  REQUIRE(world.start());
  world.create();
  world.end().send(world.scan(world.session().qr->text));
  world.answers_iqs = false;
  REQUIRE(world.until([&] { return world.end().take_iq_result("pair-success-1").has_value(); }));
  world.end().drop();
  REQUIRE(world.until([&] { return world.dials() == 2 && world.end().ready(); }));
  world.settle();
  CHECK(world.state() == "connecting/syncing");
  const auto count = world.end().take_iq("encrypt", "count");
  REQUIRE(count);
  CHECK_FALSE(world.end().take_iq("passive"));
  world.end().send(stanza::iq_result(*count, {{"count", {{"value", std::string("100")}}, {}}}));
  world.settle();
  CHECK(world.state() == "connected/online");
  const auto active = world.end().take_iq("passive", "active");
  REQUIRE(active);
  world.end().send(stanza::iq_result(*active));
  world.settle();
  const auto presence = world.end().take_tag("presence");
  REQUIRE(presence);
  CHECK(presence->attr("type") == "unavailable");
  CHECK(presence->attr("name") == "Acme");
  CHECK(world.end().take(
      [](const wire::Node& node) { return node.child("unified_session") != nullptr; }));
  CHECK(world.stored_device()->login_counter == 1);
  CHECK(world.uploads.empty());
}

TEST_CASE("a login counts, and tells of an old link", "[session][login]") {
  Online world;
  world.drop_and_come_back();
  CHECK(world.state() == "connected/online");
  CHECK(world.stored_device()->login_counter == 2);
  CHECK(world.events().back() == "session.connected connected/online again");
}

TEST_CASE("pre-keys are filled up when the server has few", "[session][login][keys]") {
  Online world;
  world.pre_keys = 3;
  world.drop_and_come_back();
  REQUIRE(world.uploads.size() == 1);
  CHECK(world.uploads[0].one_time.size() == stanza::kInitialPreKeys - 3);
  CHECK(world.uploads[0].identity == world.stored_device()->identity_key.public_key);
  world.drop_and_come_back();
  CHECK(world.uploads.size() == 1);
}

TEST_CASE("an upload that was not confirmed offers the same keys again", "[session][login][keys]") {
  Online world;
  world.pre_keys = 0;
  world.answers_iqs = false;
  world.drop_and_come_back();
  world.answer_count("0");
  const auto lost =
      stanza::parse_prekey_upload(world.end().take_iq("encrypt", "list").value()).value();
  CHECK(world.state() == "reconnecting/dialing");
  world.answers_iqs = true;
  world.end().drop();
  world.settle();
  world.advance(Duration{10'000});
  REQUIRE(world.uploads.size() == 1);
  CHECK(world.uploads[0].one_time.front().id == lost.one_time.front().id);
  CHECK(world.uploads[0].one_time.front().key == lost.one_time.front().key);
}

TEST_CASE("a refused upload is tried again after 1, 2 and 4 s, then the attempt has failed",
          "[session][login][keys]") {
  Online world;
  world.answers_iqs = false;
  world.drop_and_come_back();
  world.answer_count("0");
  for (const int seconds : {1, 2, 4}) {
    world.settle();
    world.end().send(stanza::iq_error(world.end().take_iq("encrypt", "list").value(), 500, "x"));
    world.advance(Duration{seconds * 1000 - 1});
    CHECK_FALSE(world.end().take_iq("encrypt", "list"));
    world.advance(Duration{1});
  }
  world.end().send(stanza::iq_error(world.end().take_iq("encrypt", "list").value(), 500, "x"));
  world.settle();
  CHECK(world.state() == "reconnecting/backoff");
  CHECK(world.session().row.status_reason == "request_refused");
}

TEST_CASE("a key of an upload that was taken without a word is not uploaded again",
          "[session][login][keys]") {
  Online world;
  world.pre_keys = 0;
  world.answers_iqs = false;
  world.drop_and_come_back();
  world.answer_count("0");
  const auto taken =
      stanza::parse_prekey_upload(world.end().take_iq("encrypt", "list").value()).value();
  world.answers_iqs = true;
  world.pre_keys = static_cast<std::uint32_t>(taken.one_time.size());
  world.end().drop();
  world.settle();
  world.advance(Duration{10'000});
  CHECK(world.state() == "connected/online");
  CHECK(world.uploads.empty());
  world.pre_keys = 4;
  world.end().send(few_pre_keys());
  world.settle();
  REQUIRE(world.uploads.size() == 1);
  CHECK(world.uploads[0].one_time.size() == stanza::kInitialPreKeys - 4);
  CHECK(world.uploads[0].one_time.front().id > taken.one_time.back().id);
}

TEST_CASE("what the server said of few keys before an upload is no news after it",
          "[session][login][keys]") {
  Online world;
  world.end().send(few_pre_keys());
  world.settle();
  CHECK(world.uploads.empty());
  CHECK(world.acks().size() == 1);
}

TEST_CASE("a notification of few pre-keys fills up and is acked once, after",
          "[session][login][keys]") {
  Online world;
  world.pre_keys = 4;
  const wire::Node low = few_pre_keys();
  SECTION("the server takes them") {
    world.end().send(low);
    world.settle();
    REQUIRE(world.uploads.size() == 1);
    CHECK(world.acks().size() == 1);
  }
  SECTION("nothing is acked before they are there") {
    world.answers_iqs = false;
    world.end().send(low);
    world.settle();
    world.answer_count("4");
    CHECK(world.acks().empty());
    world.end().send(stanza::iq_result(world.end().take_iq("encrypt", "list").value()));
    world.settle();
    CHECK(world.acks().size() == 1);
  }
  CHECK(world.state() == "connected/online");
}

TEST_CASE("every stanza that wants an ack gets exactly one", "[session][login][acks]") {
  Online world;
  wire::Node call = stanza_of("call", "c1");
  call.content = wire::Nodes{{"terminate", {}, {}}};
  world.end().send(stanza_of("receipt", "r1"));
  world.end().send(stanza_of("notification", "n1", "account_sync"));
  world.end().send(call);
  world.end().send(stanza_of("marvel", "u1"));
  world.settle();
  const auto acks = world.acks();
  REQUIRE(acks.size() == 4);
  CHECK(acks[0].attr("class") == "receipt");
  CHECK(acks[1].attr("class") == "notification");
  CHECK(acks[1].attr("type") == "account_sync");
  CHECK(acks[2].attr("class") == "call");
  CHECK(acks[3].attr("class") == "marvel");
  CHECK(acks[3].attr("error") == "488");
}

TEST_CASE("what wants no ack gets none", "[session][login][acks]") {
  Online world;
  world.end().send(stanza_of("presence", "p1"));
  world.end().send(stanza_of("chatstate", "s1"));
  world.end().send(stanza_of("iq", "i1", "result"));
  world.end().send(ib(counted("offline", "0")));
  world.end().send(world.success());
  world.settle();
  CHECK(world.end().inbox.empty());
}

TEST_CASE("messages that wait are stored together and answered each", "[session][login][acks]") {
  Online world;
  const int before = world.store.faults().commits();
  for (const char* id : {"m1", "m2", "m3"}) world.end().send(stanza_of("message", id, "text"));
  std::vector<wire::Node> acks;
  REQUIRE(world.until([&] {
    for (wire::Node& ack : world.acks()) acks.push_back(std::move(ack));
    return acks.size() == 3;
  }));
  CHECK(world.store.faults().commits() == before + 1);
  CHECK(acks[0].attr("id") == "m1");
  CHECK(acks[0].attr("error") == "487");  // there is nothing in it
  CHECK(acks[2].attr("id") == "m3");
  CHECK(world.state() == "connected/online");
}

TEST_CASE("what cannot be stored is not answered, and the connection ends",
          "[session][login][acks]") {
  Online world;
  world.store.faults().fail_commit(1);
  world.end().send(stanza_of("message", "m1", "text"));
  world.settle();
  CHECK(world.acks().empty());
  CHECK(world.end().client_closed());
  CHECK(world.state() != "connected/online");
}

TEST_CASE("a request that we do not know is refused, not left open", "[session][login][acks]") {
  Online world;
  world.end().send(stanza::iq("srv-9", "w:unheard-of", "get"));
  world.settle();
  const auto answer = world.end().take_tag("iq");
  REQUIRE(answer);
  CHECK(answer->attr("type") == "error");
  CHECK(answer->attr("id") == "srv-9");
}

TEST_CASE("the backlog is fetched batch by batch until it ends", "[session][login][offline]") {
  Online world;
  world.end().send(ib(counted("offline_preview", "450")));
  world.settle();
  CHECK(world.batches() == 1);
  wire::Node backlog = stanza_of("receipt", "r1");
  backlog.set("offline", "0");
  world.end().send(backlog);
  world.end().send(backlog);
  world.advance(Duration{99});
  CHECK(world.batches() == 0);
  world.advance(Duration{1});
  CHECK(world.batches() == 1);
  world.advance(Duration{5'000});
  CHECK(world.batches() == 0);  // nothing of that batch has come
  world.end().send(backlog);
  world.settle();
  world.end().send(ib(counted("offline", "450")));
  world.advance(Duration{5'000});
  CHECK(world.batches() == 0);
}

TEST_CASE("an empty backlog is not asked for", "[session][login][offline]") {
  Online world;
  world.end().send(ib(counted("offline_preview", "0")));
  world.settle();
  CHECK(world.batches() == 0);
}

TEST_CASE("a backlog that does not end is given up after 60 s", "[session][login][offline]") {
  Online world;
  wire::Node backlog = stanza_of("receipt", "r1");
  backlog.set("offline", "0");
  world.end().send(ib(counted("offline_preview", "10")));
  world.advance(Duration{60'000});
  CHECK(world.batches() == 1);
  world.end().send(backlog);
  world.advance(Duration{1'000});
  CHECK(world.batches() == 0);
  CHECK(world.state() == "connected/online");
}

TEST_CASE("routing info is kept and used at the next dial", "[session][login]") {
  Online world;
  wire::Node routing{"edge_routing", {}, wire::Nodes{{"routing_info", {}, Bytes{8, 2, 8, 5}}}};
  world.end().send(ib(routing));
  world.settle();
  CHECK(world.stored_device()->routing_info == Bytes{8, 2, 8, 5});
  const int commits = world.store.faults().commits();
  world.end().send(ib(routing));
  world.settle();
  CHECK(world.store.faults().commits() - commits <= 10);
  world.drop_and_come_back();
  CHECK(world.end().prologue().routing_info == Bytes{8, 2, 8, 5});
}

TEST_CASE("what is dirty is cleaned", "[session][login]") {
  Online world;
  world.answers_iqs = false;
  world.end().send(
      ib({"dirty", {{"type", std::string("account_sync")}, {"timestamp", std::string("17")}}, {}}));
  world.settle();
  const auto clean = world.end().take_iq("urn:xmpp:whatsapp:dirty", "clean");
  REQUIRE(clean);
  CHECK(clean->child("clean")->attr("type") == "account_sync");
  CHECK(clean->child("clean")->attr("timestamp") == "17");
}

TEST_CASE("a phone without linked devices ends the link", "[session][login]") {
  Online world;
  world.end().send(ib({"downgrade_webclient", {}, {}}));
  world.settle();
  CHECK(world.state() == "disconnected/connect_failed");
  CHECK(world.session().row.status_reason == "multidevice_off");
}

TEST_CASE("a store that fails while online shows, and recovers", "[session][login][store]") {
  Online world;
  world.store.faults().fail_all(true);
  wire::Node routing{"edge_routing", {}, wire::Nodes{{"routing_info", {}, Bytes{1}}}};
  world.end().send(ib(routing));
  REQUIRE(world.until([&] { return world.state() == "disconnected/store_error"; }));
  world.store.faults().fail_all(false);
  world.settle();
  CHECK(world.session().next_attempt_at == runtime::unix_millis(world.clock) + 900'000);
  world.advance(Duration{900'000});
  CHECK(world.state() == "connected/online");
}

}  // namespace
}  // namespace wasphere::test
